/**
 * Functions of doubles that asc's `Math` lacks, or has with more than an ULP. Formulas that cancel in f32 cancel here too, so
 * the rearranged ones stand here again; what still cancels has twice the digits.
 */
import { ExpLanes, Lanes, LogLanes } from "./lanes";
import { Bits, poly, Twice } from "./twice";

/**
 * e^(u²) erfc(u) in 45 pieces of an eighth of an octave of 1 + u each, from 0 to 51: what it is in their middles, cut to 26
 * bits, the rest, and the coefficients of t, t², … t¹², by interpolation at the zeros of Chebyshev's polynomial: to 2^-57.
 */
const PIECES: usize = memory.data<f64>([
  0.933206245303154, 3.3461201191000723e-9, -1.0117283860143533, 0.869973224523377,
  -0.6382367063210949, 0.41504171518915434, -0.24491863964864494, 0.13324476673701313,
  -0.06759738340705254, 0.032254982590058504, -0.01457363085929426, 0.006268817016477487,
  -0.0025834356862593074, 0.001019748760860356, 0.8191812932491302, 1.4809541679483363e-8,
  -0.8211861765735106, 0.6652088999511387, -0.4643063385551148, 0.2890757307360273,
  -0.16404185561680984, 0.08610596093594419, -0.0422562822988012, 0.019545727013325947,
  -0.008575866925571723, 0.0035875453511573, -0.0014395545577100652, 0.000553954429045403,
  0.7260859459638596, 9.159909886540572e-9, -0.6745754451431567, 0.515281128516533,
  -0.3423667283211601, 0.20414576295808523, -0.11142847095868508, 0.05644145526115707,
  -0.02679729035593859, 0.012016825513107218, -0.005120444788017258, 0.002083334476740101,
  -0.0008140221466928722, 0.0003053897156949732, 0.6491932421922684, 7.861596367898204e-9,
  -0.560335073298381, 0.4040466554858231, -0.25570977434888886, 0.1460868146040921,
  -0.07671871718382946, 0.0375074586120507, -0.01723120116335359, 0.007492202029726311,
  -0.0031007435432268554, 0.00122712374002659, -0.00046692544579613295, 0.00017079169925860542,
  0.584998607635498, 1.3839467730748387e-8, -0.4702557179361761, 0.32047978013586675,
  -0.1933238944065007, 0.10586754476610505, -0.053509360190221116, 0.02525617655303234,
  -0.011229360256034993, 0.004734915354555782, -0.001903546900658909, 0.0007328331203342855,
  -0.0002715745919446976, 9.686007713842739e-5, 0.5308708697557449, 2.6618095405220146e-9,
  -0.3984317175213752, 0.25694906662160905, -0.1478528228126793, 0.07765012546894601,
  -0.037787344621108464, 0.01722377534730959, -0.0074131425941035365, 0.003031809954822033,
  -0.0011841706716766189, 0.00044353798488862474, -0.0001600994303497099, 5.5683151342005146e-5,
  0.48481082171201706, 6.849603157298036e-9, -0.34056157068287973, 0.20810455238178044,
  -0.11431774791512207, 0.057610691100371876, -0.027003624558426205, 0.011890082048882488,
  -0.004955123685465157, 0.0019660110144184804, -0.0007461637252306927, 0.00027195027962817383,
  -9.562695300861287e-5, 3.2437007753916596e-5, 0.4452822729945183, 1.423633985766279e-10,
  -0.2934749049638594, 0.17014954973326346, -0.08930646805928329, 0.043212367963842695,
  -0.01951794923727129, 0.00830476351796632, -0.0033520666977998586, 0.0012905502476815462,
  -0.0004760386951361788, 0.00016885260432646852, -5.7848734795720335e-5, 1.9139686960356253e-5,
  0.39569807797670364, 1.5762922576056193e-9, -0.2380584881012718, 0.12788228043906513,
  -0.06279394840488257, 0.028619544241786313, -0.012238784453032324, 0.00495030391062935,
  -0.0019056264695248481, 0.0007016185480284176, -0.00024806517590081605, 8.450760676854731e-5,
  -2.795719976635647e-5, 8.911018197121129e-6, 0.3432958871126175, 2.749507887211687e-9,
  -0.18431546997466777, 0.08986211864695719, -0.04050337122340118, 0.017084991607390358,
  -0.006804603105254051, 0.0025762207791909016, -0.0009320855902612192, 0.0003236507789235028,
  -0.00010823586083519329, 3.496474482374798e-5, -1.098807548497499e-5, 3.335187449560455e-6,
  0.30226120352745056, 5.836035355882225e-9, -0.14603023666418335, 0.06496207478418799,
  -0.02697791009325194, 0.010561485441326825, -0.003926198500422747, 0.0013938042927005585,
  -0.0004746475819316404, 0.00015562549534526093, -4.9278779864759255e-5, 1.5109276732553369e-5,
  -4.514364028833331e-6, 1.3057676665450787e-6, 0.2694299817085266, 3.4561438404179253e-9,
  -0.11801672272799837, 0.04814863004967349, -0.01849202758990707, 0.006738039159298881,
  -0.0023432816664825835, 0.0007814620115426119, -0.0002508686855750777, 7.777080749883476e-5,
  -2.3343951257309468e-5, 6.8000889612901964e-6, -1.9334345754266977e-6, 5.333442670538872e-7,
  0.24267036095261574, 3.6600388086726166e-9, -0.09703011749173075, 0.0364813649427267,
  -0.013004811325624345, 0.00442307043788749, -0.0014423146580429004, 0.0004527172631797362,
  -0.00013722585019556091, 4.027808330310593e-5, -1.1474369509694925e-5, 3.1789704768334423e-6,
  -8.60973143103244e-7, 2.2669477497353674e-7, 0.22050569206476212, 1.4014454916022853e-10,
  -0.08097712912220592, 0.028185010539667613, -0.009358486060330228, 0.0029793030731916637,
  -0.0009130565045989669, 0.00027026462492196177, -7.74794346316363e-5, 2.1562742109066935e-5,
  -5.837291601586933e-6, 1.5398174251029425e-6, -3.9765523934743816e-7, 1.0002736415628084e-7,
  0.2018875516951084, 2.8509085958235858e-9, -0.06846950572892327, 0.022155102007593415,
  -0.00687490863932704, 0.0020542334146799695, -0.0005930183703163913, 0.00016585339753264242,
  -4.504377204111378e-5, 1.1903374070072646e-5, -3.066081557659455e-6, 7.709739165843627e-7,
  -1.9005181976253436e-7, 4.5713797574382465e-8, 0.18605493381619453, 8.682765695273729e-10,
  -0.05856329265980373, 0.01768546828753539, -0.005145047555426323, 0.0014467282828423563,
  -0.0003942814969016125, 0.00010438965974982962, -2.690320722274112e-5, 6.760734788759569e-6,
  -1.6591273185977365e-6, 3.981448957189344e-7, -9.3786036968736e-8, 2.159192706377783e-8,
  0.1663353480398655, 3.869563829889688e-10, -0.047199402321170376, 0.012937290883018157,
  -0.0034354713009077083, 0.0008860045775342997, -0.00022238256955127845, 5.442040880865225e-5,
  -1.3004641208345163e-5, 3.038832184266302e-6, -6.951829419877967e-7, 1.55875909609557e-7,
  -3.461092986503599e-8, 7.473515083453452e-9, 0.14558972045779228, 8.172462569411766e-10,
  -0.03645625753272353, 0.008878755527325298, -0.002107282870169143, 0.0004882223820955738,
  -0.00011057957492007991, 2.4516325375676303e-5, -5.326673020293777e-6, 1.1353256487867213e-6,
  -2.3759423794738363e-7, 4.8863636510279795e-8, -9.961826954534107e-9, 1.9823652868290862e-9,
  0.12934527173638344, 3.04960447268792e-9, -0.028944331414615332, 0.006331866273872749,
  -0.0013559331671041072, 0.00028457515684016734, -5.859550021221337e-5, 1.1848093644260273e-5,
  -2.354600698283172e-6, 4.6026024710607385e-7, -8.855269071293397e-8, 1.6780538925852964e-8,
  -3.1551582167171534e-9, 5.808766776630088e-10, 0.11630270630121231, 9.090349968743157e-10,
  -0.02350344859816315, 0.00466132636897234, -0.0009080988970296932, 0.00017392830404065545,
  -3.277578113429118e-5, 6.08111455032793e-6, -1.1115677387620727e-6, 2.0029197311131203e-7,
  -3.559524950728184e-8, 6.242351002216837e-9, -1.087124908585495e-9, 1.858659113672633e-10,
  0.1056127343326807, 1.1362111001934282e-9, -0.01944544467214865, 0.003524150940111397,
  -0.0006291014910425442, 0.00011068405606902251, -1.9204078671960366e-5, 3.287547680200604e-6,
  -5.555581062944262e-7, 9.271691439756373e-8, -1.5287462534906585e-8, 2.491353204776191e-9,
  -4.0348916631902254e-10, 6.42955847935231e-11, 0.09669877775013447, 4.195794527379949e-10,
  -0.016343218143802483, 0.002725273842849635, -0.00044859569827805613, 7.292428887540696e-5,
  -1.171241489774827e-5, 1.8593010710393846e-6, -2.918382133154794e-7, 4.530783943539276e-8,
  -6.95953003205739e-9, 1.0580359624814072e-9, -1.59955785935141e-10, 2.383793968233468e-11,
  0.0891566313803196, 4.069547945364286e-10, -0.0139212697545827, 0.0021486958211325118,
  -0.0003279472483363343, 4.951275951521169e-5, -7.39700054649034e-6, 1.0938353665176172e-6,
  -1.6015128813462644e-7, 2.322245523774278e-8, -3.3357443939651612e-9, 4.747818537832054e-10,
  -6.723905524141337e-11, 9.401845719013377e-12, 0.08269505575299263, 1.0220604295218939e-9,
  -0.01199590063229627, 0.0017227275070532352, -0.0002449933064579556, 3.451134423101758e-5,
  -4.816693159429222e-6, 6.662218016102312e-7, -9.134171417900852e-8, 1.2416308278931702e-8,
  -1.6736881627728524e-9, 2.237706184182618e-10, -2.978337098406193e-11, 3.9192460580757995e-12,
  0.07457369193434715, 1.1285295302951682e-9, -0.009773771152362328, 0.0012704094201592168,
  -0.00016380033411214704, 2.0953457159103973e-5, -2.6597621671579907e-6, 3.350803007885824e-7,
  -4.190283711908636e-8, 5.202266226390662e-9, -6.412622950222636e-10, 7.850227379679627e-11,
  -9.658455635972924e-12, 1.1663172156039113e-12, 0.06592512130737305, 1.1926073048658106e-9,
  -0.007652084595846594, 0.0008824034352843002, -0.00010110359728669772, 1.1511429173695604e-5,
  -1.3025797240344664e-6, 1.4650050623371106e-7, -1.6378692819471235e-8, 1.8204067515638345e-9,
  -2.0115615113201646e-10, 2.2102752752976917e-11, -2.4383392672978756e-12, 2.649374543815776e-13,
  0.05906467791646719, 4.3609670106524625e-10, -0.006150278396798647, 0.000637033582976738,
  -6.563957234642504e-5, 6.728822842852916e-6, -6.863021357100198e-7, 6.96508511408561e-8,
  -7.034014508606431e-9, 7.069289684495699e-10, -7.07070049385098e-11, 7.0390308591052595e-12,
  -7.030305603764175e-13, 6.933954586710732e-14, 0.053491899743676186, 2.887931118017946e-12,
  -0.005049272417666123, 0.0004745393610698289, -4.440608428861308e-5, 4.137738019696641e-6,
  -3.839340327142408e-7, 3.547689204740433e-8, -3.2647618461033734e-9, 2.9922335562035623e-10,
  -2.7314336212172243e-11, 2.483544505378692e-12, -2.2642359096843592e-13, 2.042661517327994e-14,
  0.04887654632329941, 5.726828684993666e-10, -0.004218588487920215, 0.0003627792848997999,
  -3.108447438167782e-5, 2.6539147552527465e-6, -2.2578187850696527e-7, 1.9141050801560674e-8,
  -1.617084103559209e-9, 1.361459646802597e-10, -1.1423306707064955e-11, 9.552544114567775e-13,
  -8.006244741532591e-14, 6.650467287042239e-15, 0.044992098584771156, 4.162567645338721e-10,
  -0.003576692069814553, 0.0002834481283460112, -2.2393643659608726e-5, 1.76379130045114e-6,
  -1.3850096158728825e-7, 1.084309353454696e-8, -8.463692655945223e-10, 6.586945071497926e-11,
  -5.1113166249518165e-12, 3.954802178232928e-13, -3.065872006513829e-14, 2.3585464035049866e-15,
  0.041678096167743206, 5.963449431968458e-10, -0.003070554465132545, 0.00022561148479879268,
  -1.6532946899229145e-5, 1.2083508295996606e-6, -8.808427985331203e-8, 6.404350525832747e-9,
  -4.644422180424425e-10, 3.359515400833027e-11, -2.4239034206247943e-12, 1.7444630161919177e-13,
  -1.2575632854092643e-14, 9.005359286261786e-16, 0.0388177465647459, 5.099013163675223e-10,
  -0.0026645019307432118, 0.00018246907887064828, -1.246685807920767e-5, 8.498183610685634e-7,
  -5.7796737485332035e-8, 3.92188917674957e-9, -2.655269787800837e-10, 1.7936999554264914e-11,
  -1.2089904973676994e-12, 8.13090138775701e-14, -5.476242505772515e-15, 3.6668324109271966e-16,
  0.035193377174437046, 6.504937915153475e-10, -0.002191076697725772, 0.0001361506613184892,
  -8.444077753296844e-6, 5.227086328745097e-7, -3.229585091725501e-8, 1.991672707909174e-9,
  -1.225964703346599e-10, 7.532359909892053e-12, -4.619095328119229e-13, 2.82754606475661e-14,
  -1.748804155156988e-15, 1.0665753420243608e-16, 0.0312957176938653, 1.2203991066081126e-10,
  -0.001733325722925018, 9.585480325488567e-5, -5.2928428913841364e-6, 2.918156049866485e-7,
  -1.6064800648862582e-8, 8.830644301236523e-10, -4.846883363280467e-11, 2.6563705843227264e-12,
  -1.4536430484683575e-13, 7.943360674796014e-15, -4.376421812542966e-16, 2.3844314882632932e-17,
  0.028174348641186953, 9.986436672770677e-11, -0.0014052174534598012, 6.999967185529631e-5,
  -3.48267756924993e-6, 1.7306023514913007e-7, -8.589146506714353e-9, 4.257683368241903e-10,
  -2.107993509591951e-11, 1.0424124816738307e-12, -5.1484417563731986e-14, 2.539806924658415e-15,
  -1.2613438524643612e-16, 6.207434778733819e-18, 0.025618569925427437, 8.04520158390043e-11,
  -0.0011620868368166564, 5.2659595913009204e-5, -2.3838178203026675e-6, 1.0780193317534083e-7,
  -4.870116178009294e-9, 2.1979241928185583e-10, -9.909415573924265e-12, 4.4632027252522214e-13,
  -2.0081795020511996e-14, 9.026752341370538e-16, -4.0801355713955913e-17, 1.8303472323137187e-18,
  0.023487546015530825, 4.8151815857348145e-11, -0.000976956038745829, 4.0601133782744444e-5,
  -1.6858853066416074e-6, 6.994321167295836e-8, -2.899290596225189e-9, 1.2007912104369824e-10,
  -4.969054681952403e-12, 2.0545253216887328e-13, -8.487435330426985e-15, 3.5033207799624127e-16,
  -1.4528434811543956e-17, 5.986701343085563e-19, 0.021683584433048964, 4.1751394306942004e-10,
  -0.0008327548662414298, 3.195832828573038e-5, -1.2255538749599508e-6, 4.69637683858403e-8,
  -1.7983587712354555e-9, 6.881344452245758e-11, -2.6312039202899974e-12, 1.005357784130104e-13,
  -3.838562822606388e-15, 1.46455841817991e-16, -5.61027073641029e-18, 2.1374379352488034e-19,
  0.020136801525950432, 4.3826384495277963e-10, -0.0007182570995130745, 2.5603177848193253e-5,
  -9.120798424422391e-7, 3.2471129905281714e-8, -1.1552820377383957e-9, 4.1077616182815655e-11,
  -1.4596527555457538e-12, 5.1834806819491684e-14, -1.8395802977277877e-15, 6.524503171315913e-17,
  -2.3220890847626414e-18, 8.2255348220571e-20, 0.018795888405293226, 4.561235252550599e-10,
  -0.0006258354105074841, 2.082654619222944e-5, -6.926831604006202e-7, 2.3025690105417744e-8,
  -7.649828952343471e-10, 2.5401082787806888e-11, -8.42974745621599e-13, 2.796012530455346e-14,
  -9.268813447335436e-16, 3.0709609378912966e-17, -1.0205534853584423e-18, 3.3776245923766805e-20,
  0.017088815104216337, 2.678778987556229e-11, -0.0005173684492401866, 1.5656306077967747e-5,
  -4.73565778167329e-7, 1.4317699223396754e-8, -4.3268151803986913e-10, 1.3069708758891915e-11,
  -3.94608331491988e-13, 1.1908841922647299e-14, -3.5921339575644464e-16, 1.0830852184777463e-17,
  -3.3031477450637055e-19, 9.950417022642294e-21, 0.0152428038418293, 2.094731584110672e-10,
  -0.0004116672991306569, 1.1113983468153146e-5, -2.999405393270309e-7, 8.091756526602991e-9,
  -2.1821913707702945e-10, 5.88281811412477e-12, -1.5853339647386175e-13, 4.2706991817851306e-15,
  -1.150019853923303e-16, 3.0957785531684826e-18, -8.409709724956976e-20, 2.262192597358929e-21,
  0.013756632106378675, 7.392829587889418e-11, -0.0003353283103410022, 8.171456325878494e-6,
  -1.9906731998932176e-7, 4.848103158178288e-9, -1.1803620160213267e-10, 2.8729641274095467e-12,
  -6.990639608033166e-14, 1.7004953183292547e-15, -4.1351949921620256e-17, 1.0053066008633689e-18,
  -2.4621696728524412e-20, 5.982228528155034e-22, 0.012534452835097909, 6.579655807775521e-11,
  -0.0002784060150105393, 6.182225420200093e-6, -1.3724740102338828e-7, 3.046187073818209e-9,
  -6.759308062683588e-11, 1.4994818593635386e-12, -3.325627361193077e-14, 7.373936750724295e-16,
  -1.6346016364957337e-17, 3.6226378486774726e-19, -8.078116170577338e-21, 1.7894072636393354e-22,
  0.011511676711961627, 1.5192133604481176e-10, -0.00023483443498219486, 4.789549755414686e-6,
  -9.766464458348992e-8, 1.991085411842841e-9, -4.058376127606397e-11, 8.270364349776484e-13,
  -1.6850275090956798e-14, 3.4324118977520123e-16, -6.990319737037582e-18, 1.423343513224365e-19,
  -2.9132467060681226e-21, 5.929382675290285e-23,
]);
/** Bytes of one piece. */
const PIECE: usize = 112;

/** Constants in two parts, the first of 26 bits: 2/√π, 1/√(2π), √½. */
const BELL_HEAD: f64 = 1.1283791661262512;
const BELL_TAIL: f64 = 9.692613531930338e-10;
const HEIGHT_HEAD: f64 = 0.3989422768354416;
const HEIGHT_TAIL: f64 = 3.5659910885844774e-9;
const ROOT_HEAD: f64 = 0.7071067690849304;
const ROOT_TAIL: f64 = 1.210161710447897e-8;

/** The normal distribution and the error function, of two numbers at once. Tails of results are left in `tail`. */
export class Normal {
  static tail: v128 = i64x2.splat(0);
  /** The power of two that a result is times. */
  static power: v128 = i64x2.splat(0);

  /** e^(−h x²) / 2^`ExpLanes.power`, h = 1 or ½: half an ULP of 700 is 300 ULP of e^−700. */
  @inline private static decay(x: v128, h: f64): v128 {
    const a = Lanes.cut(x);
    const b = f64x2.sub(x, a);
    const square = f64x2.mul(a, a);
    const more = Lanes.beside(a, b, a, b);
    const sum = f64x2.add(square, more);
    const times = f64x2.splat(-h);
    return ExpLanes.of(f64x2.mul(sum, times), f64x2.mul(Lanes.lost(square, more, sum), times));
  }

  /** dy φ(x) */
  static dCdf(x: v128, dy: v128): v128 {
    return Normal.density(x, 0.5, HEIGHT_HEAD, HEIGHT_TAIL, dy);
  }

  /** dy 2/√π e^(−x²) */
  static dErf(x: v128, dy: v128): v128 {
    return Normal.density(x, 1, BELL_HEAD, BELL_TAIL, dy);
  }

  /** dy c e^(−h x²), c in two parts. From 50 on it is 0. */
  @inline private static density(x: v128, h: f64, head: f64, tail: f64, dy: v128): v128 {
    const e = Normal.decay(Normal.within(x, 50), h);
    const k = ExpLanes.power;
    const p = Lanes.product(e, ExpLanes.tail, f64x2.splat(head), f64x2.splat(tail));
    return Lanes.scaled(p, Lanes.tail, k, dy);
  }

  @inline private static within(x: v128, most: f64): v128 {
    return f64x2.pmin(f64x2.pmax(x, f64x2.splat(-most)), f64x2.splat(most));
  }

  /** e^((u + v)²) erfc(u + v) for u from 0 to 51, v less than an ULP of it: the slope is 2u times it less 2/√π. */
  private static steady(u: v128, v: v128): v128 {
    const w = f64x2.add(u, Lanes.one());
    // The upper three bits of the mantissa tell the piece, and with the next one its middle.
    const middle = v128.or(
      v128.and(w, i64x2.splat(0xfffe000000000000)),
      i64x2.splat(0x0001000000000000),
    );
    const t = f64x2.sub(u, f64x2.sub(middle, Lanes.one()));
    const piece = i64x2.shr_u(i64x2.sub(w, Lanes.one()), 49);
    // Of what is no number, any piece.
    const first = PIECES + min<usize>(<usize>i64x2.extract_lane(piece, 0), 44) * PIECE;
    const second = PIECES + min<usize>(<usize>i64x2.extract_lane(piece, 1), 44) * PIECE;
    let a = v128.load(first, 96);
    let b = v128.load(second, 96);
    let p = f64x2.add(f64x2.mul(i64x2.shuffle(a, b, 1, 3), t), i64x2.shuffle(a, b, 0, 2));
    a = v128.load(first, 80);
    b = v128.load(second, 80);
    p = f64x2.add(f64x2.mul(p, t), i64x2.shuffle(a, b, 1, 3));
    p = f64x2.add(f64x2.mul(p, t), i64x2.shuffle(a, b, 0, 2));
    a = v128.load(first, 64);
    b = v128.load(second, 64);
    p = f64x2.add(f64x2.mul(p, t), i64x2.shuffle(a, b, 1, 3));
    p = f64x2.add(f64x2.mul(p, t), i64x2.shuffle(a, b, 0, 2));
    a = v128.load(first, 48);
    b = v128.load(second, 48);
    p = f64x2.add(f64x2.mul(p, t), i64x2.shuffle(a, b, 1, 3));
    p = f64x2.add(f64x2.mul(p, t), i64x2.shuffle(a, b, 0, 2));
    a = v128.load(first, 32);
    b = v128.load(second, 32);
    p = f64x2.add(f64x2.mul(p, t), i64x2.shuffle(a, b, 1, 3));
    p = f64x2.add(f64x2.mul(p, t), i64x2.shuffle(a, b, 0, 2));
    a = v128.load(first, 16);
    b = v128.load(second, 16);
    p = f64x2.add(f64x2.mul(p, t), i64x2.shuffle(a, b, 1, 3));
    p = f64x2.add(f64x2.mul(p, t), i64x2.shuffle(a, b, 0, 2));
    a = v128.load(first);
    b = v128.load(second);
    const rest = f64x2.add(i64x2.shuffle(a, b, 1, 3), f64x2.mul(p, t));
    const h = Lanes.settle(i64x2.shuffle(a, b, 0, 2), rest);
    const slope = f64x2.sub(f64x2.mul(f64x2.add(u, u), h), f64x2.splat(BELL_HEAD));
    Normal.tail = f64x2.add(Lanes.tail, f64x2.mul(v, slope));
    return h;
  }

  /** erfc(a) / 2^`power` for a from 0 to 28 */
  @inline private static upper(a: v128): v128 {
    const e = Normal.decay(a, 1);
    Normal.power = ExpLanes.power;
    const t = ExpLanes.tail;
    const g = Normal.steady(a, f64x2.splat(0));
    const p = Lanes.product(e, t, g, Normal.tail);
    Normal.tail = Lanes.tail;
    return p;
  }

  /** 1 − (h + tail) 2^`power` */
  @inline private static rest(h: v128): v128 {
    const part = Lanes.part(Normal.power);
    const p = f64x2.neg(f64x2.mul(h, part));
    const none = f64x2.splat(0);
    const y = Lanes.sum(Lanes.one(), none, p, f64x2.neg(f64x2.mul(Normal.tail, part)));
    Normal.tail = Lanes.tail;
    return y;
  }

  /** erf x; up to ½ by its series. */
  static erf(x: v128): v128 {
    const a = f64x2.abs(x);
    const y = Normal.rest(Normal.upper(f64x2.pmin(a, f64x2.splat(28))));
    const far = v128.or(f64x2.add(y, Normal.tail), v128.and(x, f64x2.splat(-0.0)));
    const z = f64x2.mul(x, x);
    let p = f64x2.splat(4.4632242632864775e-13);
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-6.7113668551641105e-12));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(9.422759064650411e-11));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-1.2290555301717928e-9));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.4807192815879218e-8));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-1.6365844691234924e-7));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.6462114365889248e-6));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-1.492565035840625e-5));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.00012055332981789664));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.0008548327023450853));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.005223977625442188));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.026866170645131252));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.11283791670955126));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.37612638903183754));
    const h = Lanes.settle(
      f64x2.splat(BELL_HEAD),
      f64x2.add(f64x2.mul(p, z), f64x2.splat(BELL_TAIL)),
    );
    const near = Lanes.times(h, Lanes.tail, x);
    return v128.bitselect(near, far, f64x2.lt(a, Lanes.half()));
  }

  static erfc(x: v128): v128 {
    const h = Normal.upper(f64x2.pmin(f64x2.abs(x), f64x2.splat(28)));
    const right = Lanes.scale(f64x2.add(h, Normal.tail), Normal.power);
    const left = f64x2.add(Lanes.one(), f64x2.add(Normal.rest(h), Normal.tail));
    return v128.bitselect(left, right, f64x2.lt(x, f64x2.splat(0)));
  }

  /** ½ e^(u²) erfc(u) for u = a √½ = √½ |x|: Φ(−a) e^(a²/2) */
  @inline private static mills(a: v128): v128 {
    const c = Lanes.cut(a);
    const p = Lanes.product(c, f64x2.sub(a, c), f64x2.splat(ROOT_HEAD), f64x2.splat(ROOT_TAIL));
    const u = f64x2.add(p, Lanes.tail);
    const g = Normal.steady(u, f64x2.add(f64x2.sub(p, u), Lanes.tail));
    Normal.tail = f64x2.mul(Normal.tail, Lanes.half());
    return f64x2.mul(g, Lanes.half());
  }

  /** (h + tail) 2^`power` e^(−x²/2) for x below 0, else 1 less it. */
  @inline private static side(x: v128, h: v128): v128 {
    const t = Normal.tail;
    const e = Normal.decay(x, 0.5);
    const k = ExpLanes.power;
    const p = Lanes.product(h, t, e, ExpLanes.tail);
    const q = Lanes.tail;
    Normal.power = k;
    Normal.tail = q;
    const below = f64x2.lt(x, f64x2.splat(0));
    const y = Normal.rest(p);
    Normal.tail = v128.bitselect(q, Normal.tail, below);
    Normal.power = v128.and(k, below);
    return v128.bitselect(p, y, below);
  }

  /** f Φ(x) */
  static cdf(x: v128, f: v128): v128 {
    const z = Normal.within(x, 67);
    const y = Normal.side(z, Normal.mills(f64x2.abs(z)));
    return Lanes.scaled(y, Normal.tail, Normal.power, f);
  }

  /** φ(a) / Φ(−a) for a from 67 on: a + 1/a (1 − 2t + 10t² − …), t = a^−2 */
  @inline private static hazard(a: v128): v128 {
    const r = f64x2.div(Lanes.one(), a);
    const t = f64x2.mul(r, r);
    let p = f64x2.splat(706);
    p = f64x2.add(f64x2.mul(p, t), f64x2.splat(-74));
    p = f64x2.add(f64x2.mul(p, t), f64x2.splat(10));
    p = f64x2.add(f64x2.mul(p, t), f64x2.splat(-2));
    p = f64x2.add(f64x2.mul(p, t), Lanes.one());
    return f64x2.add(a, f64x2.mul(p, r));
  }

  /** e^(−x²/2) / 2^`ExpLanes.power`, and for x below 0 1: there what follows is without it. */
  @inline private static bell(x: v128): v128 {
    return Normal.decay(f64x2.pmin(f64x2.pmax(x, f64x2.splat(0)), f64x2.splat(67)), 0.5);
  }

  /** Φ(−|x|), e + t the last `bell` of x: times 2^`power`. */
  @inline private static under(x: v128, e: v128, t: v128): v128 {
    Normal.power = ExpLanes.power;
    const m = Normal.mills(f64x2.pmin(f64x2.abs(x), f64x2.splat(67)));
    const p = Lanes.product(m, Normal.tail, e, t);
    Normal.tail = Lanes.tail;
    return p;
  }

  /** Φ(x), p the last `under` of x. */
  @inline private static mass(x: v128, p: v128): v128 {
    const below = f64x2.lt(x, f64x2.splat(0));
    const q = Normal.tail;
    const rest = Normal.rest(p);
    Normal.tail = v128.bitselect(q, Normal.tail, below);
    return v128.bitselect(p, rest, below);
  }

  /** ln Φ(x): for x below 0 −x²/2 + ln(Φ(x) e^(x²/2)), else ln(1 − Φ(−x)), which from 10 on is −Φ(−x). */
  static logCdf(x: v128): v128 {
    const size = f64x2.abs(x);
    const below = f64x2.lt(x, f64x2.splat(0));
    const e = Normal.bell(x);
    const p = Normal.under(x, e, ExpLanes.tail);
    const q = Normal.tail;
    const right = f64x2.neg(Lanes.scale(f64x2.add(p, q), Normal.power));
    const minus = f64x2.neg(Lanes.part(Normal.power));
    const mass = Normal.mass(x, p);
    const far = f64x2.gt(size, f64x2.splat(67));
    const ratio = f64x2.div(f64x2.splat(HEIGHT_HEAD + HEIGHT_TAIL), Normal.hazard(size));
    const out = v128.and(below, far);
    const h = v128.bitselect(ratio, mass, out);
    const l = v128.andnot(Normal.tail, out);
    const log = LogLanes.mixed(
      h,
      l,
      v128.bitselect(f64x2.sub(h, Lanes.one()), f64x2.mul(p, minus), below),
      v128.bitselect(l, f64x2.mul(q, minus), below),
    );
    // Beyond 1e10 the logarithm is nothing beside x²/2, whose parts may be ∞ before it is.
    const w = v128.and(f64x2.pmin(size, f64x2.splat(1e10)), below);
    const c = Lanes.cut(w);
    const d = f64x2.sub(w, c);
    const times = f64x2.splat(-0.5);
    const square = f64x2.mul(f64x2.mul(c, c), times);
    const y = Lanes.sum(square, f64x2.mul(Lanes.beside(c, d, c, d), times), log, LogLanes.tail);
    const inside = f64x2.add(y, Lanes.tail);
    const left = f64x2.mul(f64x2.mul(x, Lanes.half()), size);
    const near = v128.bitselect(left, inside, f64x2.lt(x, f64x2.splat(-1e10)));
    return v128.bitselect(right, near, f64x2.gt(x, f64x2.splat(10)));
  }

  /** dy φ(x) / Φ(x) */
  static dLogCdf(x: v128, dy: v128): v128 {
    const e = Normal.bell(x);
    const t = ExpLanes.tail;
    const k = ExpLanes.power;
    const mass = Normal.mass(x, Normal.under(x, e, t));
    const top = Lanes.product(e, t, f64x2.splat(HEIGHT_HEAD), f64x2.splat(HEIGHT_TAIL));
    const q = Lanes.over(top, Lanes.tail, mass, Normal.tail);
    const near = Lanes.scaled(q, Lanes.tail, k, dy);
    const far = f64x2.mul(dy, Normal.hazard(f64x2.abs(x)));
    return v128.bitselect(far, near, f64x2.lt(x, f64x2.splat(-67)));
  }

  /** x Φ(x) */
  static gelu(x: v128): v128 {
    return Normal.cdf(x, f64x2.pmax(x, f64x2.splat(-67)));
  }

  /** dy (Φ(x) + x φ(x)); to the left of 0 it is e^(−x²/2) times a difference, to the right 1 less that. */
  static dGelu(x: v128, dy: v128): v128 {
    const z = Normal.within(x, 67);
    const a = f64x2.abs(z);
    const g = Normal.mills(a);
    const t = Normal.tail;
    const c = Lanes.cut(a);
    const p = Lanes.product(
      c,
      f64x2.sub(a, c),
      f64x2.splat(-HEIGHT_HEAD),
      f64x2.splat(-HEIGHT_TAIL),
    );
    const sum = Lanes.sum(g, t, p, Lanes.tail);
    Normal.tail = Lanes.tail;
    const y = Normal.side(z, sum);
    return Lanes.scaled(y, Normal.tail, Normal.power, dy);
  }
}

/** ⅓ in two parts. */
const THIRD_HEAD: f64 = 0.3333333283662796;
const THIRD_TAIL: f64 = 4.967053731282552e-9;
/** 2^300 and 2^−300 */
const UP: f64 = 2.037035976334486e90;
const DOWN: f64 = 4.909093465297727e-91;

/** ln 2, and what its double lacks. */
const LN2: f64 = 0.6931471805599453;
const LN2_TAIL: f64 = 2.3190468138462996e-17;
/** The same, the first part of 26 bits. */
const LN2_HEAD: f64 = 0.6931471675634384;
const LN2_REST: f64 = 1.2996506893889889e-8;

/** Hyperbolic functions and their inverses, of e^x − 1 and ln(1 + x) with twice the digits. */
export class Hyperbolic {
  static tail: v128 = i64x2.splat(0);

  /** |tanh x| = −e / (2 + e), e = e^−2|x| − 1 */
  @inline private static size(x: v128): v128 {
    const e = ExpLanes.minusOne(f64x2.neg(f64x2.abs(f64x2.add(x, x))), f64x2.splat(0));
    const t = ExpLanes.tail;
    const two = f64x2.splat(2);
    const s = f64x2.add(two, e);
    const d = Lanes.cut(s);
    const g = f64x2.add(f64x2.sub(s, d), f64x2.add(Lanes.lost(two, e, s), t));
    const inverse = f64x2.div(Lanes.one(), f64x2.add(d, g));
    const h = f64x2.neg(e);
    const l = f64x2.neg(t);
    const q = Lanes.quotient(h, l, inverse);
    Hyperbolic.tail = Lanes.remainder(h, l, d, g, inverse, q);
    return q;
  }

  static tanh(x: v128): v128 {
    return Hyperbolic.signed(f64x2.add(Hyperbolic.size(x), Hyperbolic.tail), x);
  }

  /** A number that is not below 0, with the sign of x. */
  @inline private static signed(y: v128, x: v128): v128 {
    return v128.or(y, v128.and(x, f64x2.splat(-0.0)));
  }

  /** x − tanh x: up to ¼ x³ (⅓ − 2x²/15 + …). */
  static tanhShrink(x: v128): v128 {
    const a = f64x2.abs(x);
    const size = Hyperbolic.size(x);
    const s = f64x2.sub(a, size);
    const minus = f64x2.neg(size);
    const lost = f64x2.sub(Lanes.lost(a, minus, s), Hyperbolic.tail);
    const straight = f64x2.add(s, v128.and(lost, f64x2.lt(a, f64x2.splat(1e10))));
    // A cube next to 0 has few digits.
    const small = f64x2.lt(a, f64x2.splat(1e-80));
    const b = f64x2.mul(a, v128.bitselect(f64x2.splat(UP), Lanes.one(), small));
    const z = f64x2.mul(a, a);
    let p = f64x2.splat(3.927832388331683e-5);
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-9.691537956929451e-5));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.00023912911424355248));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.000590027440945586));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.0014558343870513183));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.003592128036572481));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.008863235529902197));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.021869488536155203));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.05396825396825397));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.13333333333333333));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(THIRD_TAIL));
    const third = f64x2.splat(THIRD_HEAD);
    const sum = f64x2.add(third, p);
    const h = Lanes.cut(sum);
    const l = f64x2.add(f64x2.sub(sum, h), Lanes.lost(third, p, sum));
    // x² and x³, each cut.
    const c = Lanes.cut(b);
    const d = f64x2.sub(b, c);
    const square = f64x2.mul(c, c);
    const squareTail = Lanes.beside(c, d, c, d);
    const e = Lanes.cut(f64x2.add(square, squareTail));
    const f = f64x2.add(f64x2.sub(square, e), squareTail);
    const cube = f64x2.mul(e, c);
    const cubeTail = Lanes.beside(e, f, c, d);
    const g = Lanes.cut(f64x2.add(cube, cubeTail));
    const bent = f64x2.add(
      f64x2.mul(g, h),
      Lanes.beside(g, f64x2.add(f64x2.sub(cube, g), cubeTail), h, l),
    );
    const down = v128.bitselect(f64x2.splat(DOWN), Lanes.one(), small);
    const near = f64x2.mul(f64x2.mul(f64x2.mul(bent, down), down), down);
    return Hyperbolic.signed(v128.bitselect(near, straight, f64x2.lt(a, f64x2.splat(0.25))), x);
  }

  /** sinh x = (e + e / (1 + e)) / 2, e = e^|x| − 1; from 20 on e^|x| / 2, beside which e^−|x| is nothing. */
  static sinh(x: v128): v128 {
    const a = f64x2.abs(x);
    const far = Hyperbolic.far(a);
    const e = ExpLanes.minusOne(f64x2.pmin(a, f64x2.splat(20)), f64x2.splat(0));
    const t = ExpLanes.tail;
    const one = Lanes.one();
    const s = f64x2.add(e, one);
    const d = Lanes.cut(s);
    const g = f64x2.add(f64x2.sub(s, d), f64x2.add(Lanes.error(e, one, s), t));
    const inverse = f64x2.div(one, f64x2.add(d, g));
    const q = Lanes.quotient(e, t, inverse);
    const sum = f64x2.add(e, q);
    const more = f64x2.add(t, Lanes.remainder(e, t, d, g, inverse, q));
    const y = f64x2.mul(f64x2.add(sum, f64x2.add(Lanes.lost(e, q, sum), more)), Lanes.half());
    return Hyperbolic.signed(v128.bitselect(far, y, f64x2.gt(a, f64x2.splat(20))), x);
  }

  /** cosh x = (e + 1 / e) / 2, e = e^|x|; from 20 on e / 2. */
  static cosh(x: v128): v128 {
    const a = f64x2.abs(x);
    const far = Hyperbolic.far(a);
    const part = Lanes.power(f64x2.pmin(ExpLanes.power, f64x2.splat(40)));
    const e = f64x2.mul(Hyperbolic.head, part);
    const t = f64x2.mul(ExpLanes.tail, part);
    const one = Lanes.one();
    const inverse = f64x2.div(one, f64x2.add(e, t));
    const q = Lanes.cut(inverse);
    const sum = f64x2.add(e, q);
    const none = f64x2.splat(0);
    const more = f64x2.add(t, Lanes.remainder(one, none, e, t, inverse, q));
    const y = f64x2.mul(f64x2.add(sum, f64x2.add(Lanes.lost(e, q, sum), more)), Lanes.half());
    return v128.bitselect(far, y, f64x2.gt(a, f64x2.splat(20)));
  }

  /** The head of the exponential that the last `far` was made of. */
  static head: v128 = i64x2.splat(0);

  /** e^a / 2 */
  @inline private static far(a: v128): v128 {
    Hyperbolic.head = ExpLanes.of(a, f64x2.splat(0));
    const e = f64x2.add(Hyperbolic.head, ExpLanes.tail);
    return Lanes.scale(e, f64x2.sub(ExpLanes.power, Lanes.one()));
  }

  /** ln cosh x = ln(1 + (e^−a − 1)² / 2e^−a), a = |x| */
  static logcosh(x: v128): v128 {
    const a = f64x2.abs(x);
    // From 40 on e^−2a is nothing.
    const far = f64x2.sub(a, f64x2.splat(LN2));
    const none = f64x2.splat(0);
    const m = ExpLanes.of(f64x2.pmax(f64x2.neg(a), f64x2.splat(-40)), none);
    const n = ExpLanes.tail;
    const twice = f64x2.add(Lanes.power(ExpLanes.power), Lanes.power(ExpLanes.power));
    const e = ExpLanes.lessOne(m);
    const square = Lanes.product(e, ExpLanes.tail, e, ExpLanes.tail);
    const q = Lanes.over(square, Lanes.tail, f64x2.mul(m, twice), f64x2.mul(n, twice));
    const p = Lanes.settle(q, Lanes.tail);
    const y = f64x2.add(LogLanes.plusOne(p, Lanes.tail), LogLanes.tail);
    // x²/2, whose parts may be subnormal.
    const near = f64x2.mul(a, f64x2.mul(a, Lanes.half()));
    const small = v128.bitselect(near, y, f64x2.lt(a, f64x2.splat(1e-9)));
    return v128.bitselect(far, small, f64x2.gt(a, f64x2.splat(40)));
  }

  /** √(1 + x²), up to 1e150 */
  @inline static length(x: v128): v128 {
    const c = Lanes.cut(x);
    const d = f64x2.sub(x, c);
    const one = Lanes.one();
    const square = f64x2.mul(c, c);
    const s = f64x2.add(one, square);
    const more = f64x2.add(Lanes.error(one, square, s), Lanes.beside(c, d, c, d));
    return f64x2.sqrt(f64x2.add(s, more));
  }

  /** ln 2a, for an a beside whose square 1 is nothing. */
  @inline private static doubled(a: v128): v128 {
    const log = LogLanes.of(a, f64x2.splat(0));
    const s = f64x2.add(log, f64x2.splat(LN2));
    const lost = f64x2.add(Lanes.lost(log, f64x2.splat(LN2), s), f64x2.splat(LN2_TAIL));
    const y = f64x2.add(s, f64x2.add(lost, LogLanes.tail));
    return v128.bitselect(y, a, f64x2.lt(a, f64x2.splat(Infinity)));
  }

  /** ln(x + √(x² + 1)) = ln(1 + x + x² / (1 + √(x² + 1))) */
  static asinh(x: v128): v128 {
    const a = f64x2.abs(x);
    const far = f64x2.gt(a, f64x2.splat(1e10));
    const z = v128.bitselect(Lanes.one(), a, far);
    const c = Lanes.cut(z);
    const d = f64x2.sub(z, c);
    const none = f64x2.splat(0);
    const one = Lanes.one();
    const square = Lanes.product(c, d, c, d);
    const t = Lanes.tail;
    const whole = Lanes.sum(square, t, one, none);
    const root = Lanes.root(whole, Lanes.tail);
    const under = Lanes.sum(root, Lanes.tail, one, none);
    const more = Lanes.over(square, t, under, Lanes.tail);
    const p = Lanes.sum(z, none, more, Lanes.tail);
    const near = f64x2.add(LogLanes.plusOne(p, Lanes.tail), LogLanes.tail);
    // Below 1e-100 it is x, and x² is nothing.
    const y = v128.bitselect(a, near, f64x2.lt(a, f64x2.splat(1e-100)));
    return Hyperbolic.signed(v128.bitselect(Hyperbolic.doubled(a), y, far), x);
  }

  /** ln(x + √(x² − 1)) = ln(1 + t + √(2t + t²)), t = x − 1; NaN below 1 */
  static acosh(x: v128): v128 {
    const far = f64x2.gt(x, f64x2.splat(1e10));
    const one = Lanes.one();
    const none = f64x2.splat(0);
    const z = v128.bitselect(one, x, far);
    const t = Lanes.sum(z, none, f64x2.neg(one), none);
    const u = Lanes.tail;
    const more = Lanes.sum(t, u, f64x2.splat(2), none);
    const square = Lanes.product(t, u, more, Lanes.tail);
    const root = Lanes.root(square, Lanes.tail);
    const p = Lanes.sum(t, u, root, Lanes.tail);
    const y = f64x2.add(LogLanes.plusOne(p, Lanes.tail), LogLanes.tail);
    const below = f64x2.lt(x, one);
    return v128.bitselect(f64x2.splat(NaN), v128.bitselect(Hyperbolic.doubled(x), y, far), below);
  }

  /** ln(1 + 2x / (1 − x)) / 2: ∞ at 1, NaN beyond it */
  static atanh(x: v128): v128 {
    const a = f64x2.abs(x);
    const none = f64x2.splat(0);
    const one = Lanes.one();
    const under = Lanes.sum(one, none, f64x2.neg(a), none);
    const q = Lanes.over(f64x2.add(a, a), none, under, Lanes.tail);
    const log = LogLanes.plusOne(q, Lanes.tail);
    const y = f64x2.mul(f64x2.add(log, LogLanes.tail), Lanes.half());
    const near = v128.bitselect(a, y, f64x2.lt(a, f64x2.splat(1e-20)));
    const end = f64x2.div(a, f64x2.sub(one, a));
    const out = v128.bitselect(f64x2.splat(NaN), end, f64x2.gt(a, one));
    return Hyperbolic.signed(v128.bitselect(near, out, f64x2.lt(a, one)), x);
  }
}

/** The logistic function, and what is gated by it, of two numbers at once. Results are times 2^`power`, their tails in `tail`. */
export class Gate {
  static tail: v128 = i64x2.splat(0);
  static power: v128 = i64x2.splat(0);

  /** e^−|u + t| / 2^`ExpLanes.power` */
  @inline private static decay(u: v128, t: v128): v128 {
    const turn = v128.andnot(f64x2.splat(-0.0), u);
    return ExpLanes.of(v128.xor(u, turn), v128.xor(t, turn));
  }

  /** (h + l) / (d + e), left as result. */
  @inline private static over(h: v128, l: v128, d: v128, e: v128, inverse: v128): v128 {
    const q = Lanes.quotient(h, l, inverse);
    Gate.tail = Lanes.remainder(h, l, d, e, inverse, q);
    return q;
  }

  /** σ(u + t) */
  static of(u: v128, t: v128): v128 {
    const below = f64x2.lt(u, f64x2.splat(0));
    const m = Gate.decay(u, t);
    const n = ExpLanes.tail;
    const part = Lanes.part(ExpLanes.power);
    const one = Lanes.one();
    const e = f64x2.mul(m, part);
    const s = f64x2.add(one, e);
    const d = Lanes.cut(s);
    const lost = f64x2.add(Lanes.lost(one, e, s), f64x2.mul(n, part));
    const g = f64x2.add(f64x2.sub(s, d), lost);
    Gate.power = v128.and(ExpLanes.power, below);
    const inverse = f64x2.div(one, f64x2.add(d, g));
    return Gate.over(v128.bitselect(m, one, below), v128.and(n, below), d, g, inverse);
  }

  /** σ(u) σ(−u) = e / (1 + e)² */
  static slope(u: v128): v128 {
    const m = Gate.decay(u, f64x2.splat(0));
    const n = ExpLanes.tail;
    const part = Lanes.part(ExpLanes.power);
    const one = Lanes.one();
    const e = f64x2.mul(m, part);
    const s = f64x2.add(one, e);
    const d = Lanes.cut(s);
    const lost = f64x2.add(Lanes.lost(one, e, s), f64x2.mul(n, part));
    const g = f64x2.add(f64x2.sub(s, d), lost);
    Gate.power = ExpLanes.power;
    const inverse = f64x2.div(one, f64x2.add(d, g));
    return Gate.over(Gate.over(m, n, d, g, inverse), Gate.tail, d, g, inverse);
  }

  /** σ(u + t) (1 + (v + w) σ(−u − t)): the slope of x σ(u), v + w = x u′ */
  static product(v: v128, w: v128, u: v128, t: v128): v128 {
    const below = f64x2.lt(u, f64x2.splat(0));
    const m = Gate.decay(u, t);
    const n = ExpLanes.tail;
    const part = Lanes.part(ExpLanes.power);
    const one = Lanes.one();
    const e = f64x2.mul(m, part);
    const f = f64x2.mul(n, part);
    const s = f64x2.add(one, e);
    const d = Lanes.cut(s);
    const g = f64x2.add(f64x2.sub(s, d), f64x2.add(Lanes.lost(one, e, s), f));
    // d + v, or d + v e
    const a = Lanes.cut(v);
    const b = f64x2.add(f64x2.sub(v, a), w);
    const c = v128.bitselect(a, f64x2.mul(a, e), below);
    const sum = f64x2.add(d, c);
    const lost = f64x2.add(
      Lanes.error(d, c, sum),
      f64x2.add(g, v128.bitselect(b, Lanes.beside(a, b, e, f), below)),
    );
    const h = Lanes.cut(f64x2.add(sum, lost));
    const l = f64x2.add(f64x2.sub(sum, h), lost);
    Gate.power = v128.and(ExpLanes.power, below);
    const inverse = f64x2.div(one, f64x2.add(d, g));
    const top = v128.bitselect(f64x2.mul(h, m), h, below);
    const rest = v128.bitselect(Lanes.beside(h, l, m, n), l, below);
    return Gate.over(Gate.over(top, rest, d, g, inverse), Gate.tail, d, g, inverse);
  }

  /**
   * tanh(ln(1 + e^x)) = w / (w + 2), w = e (e + 2): e a / (e a + 2) with a = e + 2, and for x > 0 in e^−x
   * a / (a + 2e²) with a = 1 + 2e.
   */
  static mish(x: v128): v128 {
    const above = f64x2.gt(x, f64x2.splat(0));
    const m = Gate.decay(x, f64x2.splat(0));
    const n = ExpLanes.tail;
    Gate.power = v128.andnot(ExpLanes.power, above);
    const part = Lanes.part(ExpLanes.power);
    const e = f64x2.mul(m, part);
    const f = f64x2.mul(n, part);
    const a = Mish.top(e, f, above);
    const b = Mish.tail;
    const d = Mish.bottom(e, f, a, b, above);
    const g = Mish.tail;
    const top = v128.bitselect(a, f64x2.mul(a, m), above);
    const rest = v128.bitselect(b, Lanes.beside(a, b, m, n), above);
    return Gate.over(top, rest, d, g, f64x2.div(Lanes.one(), f64x2.add(d, g)));
  }

  /**
   * The slope of x w / (w + 2): with d the denominator it is e (a d + 4x (1 + e)) / d², and for x > 0
   * (a d + 4x e² (1 + e)) / d².
   */
  static dMish(x: v128): v128 {
    const above = f64x2.gt(x, f64x2.splat(0));
    const m = Gate.decay(x, f64x2.splat(0));
    const n = ExpLanes.tail;
    Gate.power = v128.andnot(ExpLanes.power, above);
    const part = Lanes.part(ExpLanes.power);
    const e = f64x2.mul(m, part);
    const f = f64x2.mul(n, part);
    const a = Mish.top(e, f, above);
    const b = Mish.tail;
    const d = Mish.bottom(e, f, a, b, above);
    const g = Mish.tail;
    // 4x (1 + e)
    const one = Lanes.one();
    const s = f64x2.add(one, e);
    const sh = Lanes.cut(s);
    const sl = f64x2.add(f64x2.sub(s, sh), f64x2.add(Lanes.lost(one, e, s), f));
    const v = f64x2.mul(x, f64x2.splat(4));
    const vh = Lanes.cut(v);
    const steep = f64x2.mul(sh, vh);
    const steepTail = Lanes.beside(sh, sl, vh, f64x2.sub(v, vh));
    const p = Lanes.cut(f64x2.add(steep, steepTail));
    const q = f64x2.add(f64x2.sub(steep, p), steepTail);
    // Times 1, or e².
    const square = f64x2.mul(e, e);
    const squareTail = Lanes.beside(e, f, e, f);
    const eh = Lanes.cut(f64x2.add(square, squareTail));
    const el = f64x2.add(f64x2.sub(square, eh), squareTail);
    const c = v128.bitselect(f64x2.mul(p, eh), p, above);
    const cTail = v128.bitselect(Lanes.beside(p, q, eh, el), q, above);
    const first = f64x2.mul(a, d);
    const sum = f64x2.add(first, c);
    const lost = f64x2.add(Lanes.error(first, c, sum), f64x2.add(Lanes.beside(a, b, d, g), cTail));
    const h = Lanes.cut(f64x2.add(sum, lost));
    const l = f64x2.add(f64x2.sub(sum, h), lost);
    const top = v128.bitselect(h, f64x2.mul(h, m), above);
    const rest = v128.bitselect(l, Lanes.beside(h, l, m, n), above);
    const inverse = f64x2.div(one, f64x2.add(d, g));
    return Gate.over(Gate.over(top, rest, d, g, inverse), Gate.tail, d, g, inverse);
  }

  /** f times the result h. */
  @inline static times(h: v128, f: v128): v128 {
    return Lanes.scaled(h, Gate.tail, Gate.power, f);
  }

  /** f g times the result h. */
  @inline static both(h: v128, f: v128, g: v128): v128 {
    return Lanes.both(h, Gate.tail, Gate.power, f, g);
  }

  /** x, or 0 above it. */
  @inline static below(x: v128): v128 {
    return f64x2.pmin(x, f64x2.splat(0));
  }

  /** x within ±2400, where x eˣ is 0 or ∞: a slope there is a limit, and ∞ · 0 no number. */
  @inline static within(x: v128): v128 {
    return f64x2.pmin(f64x2.pmax(x, f64x2.splat(-2400)), f64x2.splat(2400));
  }
}

/** The parts of mish's fraction, tails left in `tail`. */
class Mish {
  static tail: v128 = i64x2.splat(0);

  /** e + 2, or 1 + 2e for x > 0 */
  @inline static top(e: v128, f: v128, above: v128): v128 {
    const one = Lanes.one();
    const two = f64x2.splat(2);
    const first = v128.bitselect(one, two, above);
    const times = v128.bitselect(two, one, above);
    const second = f64x2.mul(e, times);
    const s = f64x2.add(first, second);
    const lost = f64x2.add(Lanes.error(first, second, s), f64x2.mul(f, times));
    const h = Lanes.cut(f64x2.add(s, lost));
    Mish.tail = f64x2.add(f64x2.sub(s, h), lost);
    return h;
  }

  /** 2 + e a, or a + 2e² for x > 0, a + b the top */
  @inline static bottom(e: v128, f: v128, a: v128, b: v128, above: v128): v128 {
    const two = f64x2.splat(2);
    const first = v128.bitselect(a, two, above);
    const y = v128.bitselect(f64x2.mul(e, two), a, above);
    const z = v128.bitselect(f64x2.mul(f, two), b, above);
    const p = f64x2.mul(e, y);
    const s = f64x2.add(first, p);
    const lost = f64x2.add(
      Lanes.error(first, p, s),
      f64x2.add(v128.and(b, above), Lanes.beside(e, f, y, z)),
    );
    const h = Lanes.cut(f64x2.add(s, lost));
    Mish.tail = f64x2.add(f64x2.sub(s, h), lost);
    return h;
  }
}

/** Logarithms and exponentials in the formula that does not cancel. */
export class Stable {
  /** e^x − 1, of two numbers at once */
  static expm1(x: v128): v128 {
    const e = ExpLanes.of(x, f64x2.splat(0));
    const far = Lanes.scale(f64x2.add(e, ExpLanes.tail), ExpLanes.power);
    const near = ExpLanes.lessOne(e);
    const y = v128.bitselect(far, f64x2.add(near, ExpLanes.tail), f64x2.gt(x, f64x2.splat(60)));
    return v128.bitselect(x, y, f64x2.lt(f64x2.abs(x), f64x2.splat(1e-20)));
  }

  /** 1 / √x, with what the root and the quotient lost; of a mantissa, since squares next to 0 have no tails. */
  static rsqrt(x: v128): v128 {
    const m = Lanes.mantissa(x);
    const half = f64x2.floor(f64x2.mul(Lanes.exponent, Lanes.half()));
    const odd = f64x2.sub(Lanes.exponent, f64x2.add(half, half));
    const z = f64x2.add(m, f64x2.mul(m, odd));
    const c = Lanes.cut(z);
    const root = Lanes.root(c, f64x2.sub(z, c));
    const one = Lanes.one();
    const q = Lanes.over(one, f64x2.splat(0), root, Lanes.tail);
    const y = f64x2.mul(f64x2.add(q, Lanes.tail), Lanes.power(f64x2.neg(half)));
    const inside = v128.and(f64x2.gt(x, f64x2.splat(0)), Lanes.isOrdinary(x));
    return v128.bitselect(y, f64x2.div(one, f64x2.sqrt(x)), inside);
  }

  /** ln(1 + eˣ), of two numbers at once */
  static softplus(x: v128): v128 {
    const sign = f64x2.splat(-0.0);
    const m = ExpLanes.of(v128.or(x, sign), f64x2.splat(0));
    const n = ExpLanes.tail;
    const k = ExpLanes.power;
    const part = Lanes.part(k);
    const log = LogLanes.plusOne(f64x2.mul(m, part), f64x2.mul(n, part));
    const more = v128.and(x, f64x2.gt(x, f64x2.splat(0)));
    const s = f64x2.add(more, log);
    const y = f64x2.add(s, f64x2.add(Lanes.error(more, log, s), LogLanes.tail));
    // Beyond, 1 is nothing beside the one, or e^x beside the other.
    const far = v128.bitselect(x, Lanes.scale(f64x2.add(m, n), k), f64x2.gt(x, f64x2.splat(0)));
    return v128.bitselect(far, y, f64x2.gt(f64x2.abs(x), f64x2.splat(60)));
  }

  /** ln(1 − e^x) for x < 0, of −(e^x − 1) or, next to 1, of what is left of it: e^x; −0 at −∞ */
  static log1mexp(x: v128): v128 {
    const none = f64x2.splat(0);
    const e = ExpLanes.of(x, none);
    const k = ExpLanes.power;
    const part = Lanes.part(k);
    const m = f64x2.neg(e);
    const n = f64x2.neg(ExpLanes.tail);
    const far = Lanes.scale(f64x2.add(m, n), k);
    const less = ExpLanes.lessOne(e);
    const log = LogLanes.mixed(
      f64x2.neg(less),
      f64x2.neg(ExpLanes.tail),
      f64x2.mul(m, part),
      f64x2.mul(n, part),
    );
    const y = v128.bitselect(far, f64x2.add(log, LogLanes.tail), f64x2.lt(x, f64x2.splat(-60)));
    const end = v128.bitselect(f64x2.splat(-Infinity), f64x2.splat(NaN), f64x2.eq(x, none));
    return v128.bitselect(y, end, f64x2.lt(x, none));
  }

  /** ln(e^x − 1) for x > 0: x + ln(1 − e^−x), and around its zero at ln 2 ln(1 + 2 (e^(x − ln 2) − 1)). */
  static logexpm1(x: v128): v128 {
    const none = f64x2.splat(0);
    const two = f64x2.splat(2);
    const middle = v128.and(f64x2.gt(x, f64x2.splat(0.4)), f64x2.lt(x, Lanes.one()));
    const d = f64x2.sub(x, f64x2.splat(LN2));
    const z = v128.bitselect(d, f64x2.neg(x), middle);
    const e = ExpLanes.of(z, v128.and(f64x2.splat(-LN2_TAIL), middle));
    const part = Lanes.part(ExpLanes.power);
    const m = f64x2.neg(f64x2.mul(e, part));
    const n = f64x2.neg(f64x2.mul(ExpLanes.tail, part));
    const less = ExpLanes.lessOne(e);
    const t = ExpLanes.tail;
    // 1 + p + q, with p + q = 2 (e^(x − ln 2) − 1), or −e^−x
    const p = v128.bitselect(f64x2.mul(two, less), m, middle);
    const q = v128.bitselect(f64x2.mul(two, t), n, middle);
    const one = Lanes.one();
    const s = f64x2.add(one, p);
    const h = v128.bitselect(s, f64x2.neg(less), middle);
    const l = v128.bitselect(f64x2.add(Lanes.error(one, p, s), q), f64x2.neg(t), middle);
    const log = LogLanes.mixed(h, l, p, q);
    const more = v128.andnot(x, middle);
    const sum = f64x2.add(log, more);
    const y = f64x2.add(sum, f64x2.add(Lanes.error(log, more, sum), LogLanes.tail));
    const end = v128.bitselect(f64x2.splat(-Infinity), f64x2.splat(NaN), f64x2.eq(x, none));
    const inside = v128.bitselect(y, end, f64x2.gt(x, none));
    return v128.bitselect(x, inside, f64x2.gt(x, f64x2.splat(60)));
  }

  /** ln x, with its tail in `LogLanes.tail`; of what is not above 0 and finite without. */
  @inline static log(x: v128): v128 {
    const none = f64x2.splat(0);
    const log = LogLanes.of(x, none);
    const end = v128.bitselect(f64x2.splat(-Infinity), f64x2.splat(NaN), f64x2.eq(x, none));
    const far = v128.bitselect(x, end, f64x2.gt(x, none));
    const inside = v128.and(f64x2.gt(x, none), f64x2.lt(x, f64x2.splat(Infinity)));
    LogLanes.tail = v128.and(LogLanes.tail, inside);
    return v128.bitselect(log, far, inside);
  }

  /** ln(1 + x), as `log` is. */
  @inline static log1p(x: v128): v128 {
    const none = f64x2.splat(0);
    const log = LogLanes.plusOne(x, none);
    const end = f64x2.splat(-1);
    const below = v128.bitselect(f64x2.splat(-Infinity), f64x2.splat(NaN), f64x2.eq(x, end));
    const far = v128.bitselect(x, below, f64x2.gt(x, end));
    const inside = v128.and(f64x2.gt(x, end), f64x2.lt(x, f64x2.splat(Infinity)));
    // A 0 has its sign.
    const zero = f64x2.eq(x, none);
    LogLanes.tail = v128.bitselect(x, v128.and(LogLanes.tail, inside), zero);
    const near = v128.bitselect(x, log, zero);
    return v128.bitselect(near, far, inside);
  }

  /** asc's own logarithms, which are enough where it is multiplied by dy. */
  @inline static plainLog(x: v128): v128 {
    return f64x2.replace_lane(
      f64x2.splat(Math.log(f64x2.extract_lane(x, 0))),
      1,
      Math.log(f64x2.extract_lane(x, 1)),
    );
  }

  /** The same of 1 + x. */
  @inline static plainLog1p(x: v128): v128 {
    return f64x2.replace_lane(
      f64x2.splat(Math.log1p(f64x2.extract_lane(x, 0))),
      1,
      Math.log1p(f64x2.extract_lane(x, 1)),
    );
  }

  /** Its own exponentials. */
  @inline static plainExp(x: v128): v128 {
    return f64x2.replace_lane(
      f64x2.splat(Math.exp(f64x2.extract_lane(x, 0))),
      1,
      Math.exp(f64x2.extract_lane(x, 1)),
    );
  }

  /** a ln x */
  @inline static timesLog(a: v128, x: v128): v128 {
    return Lanes.times(Stable.log(x), LogLanes.tail, a);
  }

  /** a ln(1 + x) */
  @inline static timesLog1p(a: v128, x: v128): v128 {
    return Lanes.times(Stable.log1p(x), LogLanes.tail, a);
  }

  /** dy (ln x + 1) */
  static dXlogx(x: v128, dy: v128): v128 {
    const log = Stable.log(x);
    const one = Lanes.one();
    const s = f64x2.add(log, one);
    const finite = f64x2.lt(f64x2.abs(log), f64x2.splat(Infinity));
    const lost = f64x2.add(Lanes.error(log, one, s), LogLanes.tail);
    const h = Lanes.settle(s, v128.and(lost, finite));
    return Lanes.times(v128.bitselect(h, log, finite), v128.and(Lanes.tail, finite), dy);
  }

  /** ln(1 + x) − x; up to 2^−6 −x²/2 (1 − 2x/3 + …), where what underflows is −0: it is below 0. */
  static log1pmx(x: v128): v128 {
    const log = Stable.log1p(x);
    const minus = f64x2.neg(x);
    const s = f64x2.add(log, minus);
    const finite = f64x2.lt(f64x2.abs(log), f64x2.splat(Infinity));
    const lost = f64x2.add(Lanes.error(log, minus, s), LogLanes.tail);
    const y = f64x2.add(s, v128.and(lost, finite));
    const c = Lanes.cut(x);
    const d = f64x2.sub(x, c);
    const square = Lanes.product(c, d, c, d);
    let p = f64x2.splat(-0.16666666666666666);
    p = f64x2.add(f64x2.mul(p, x), f64x2.splat(0.18181818181818182));
    p = f64x2.add(f64x2.mul(p, x), f64x2.splat(-0.2));
    p = f64x2.add(f64x2.mul(p, x), f64x2.splat(0.2222222222222222));
    p = f64x2.add(f64x2.mul(p, x), f64x2.splat(-0.25));
    p = f64x2.add(f64x2.mul(p, x), f64x2.splat(0.2857142857142857));
    p = f64x2.add(f64x2.mul(p, x), f64x2.splat(-0.3333333333333333));
    p = f64x2.add(f64x2.mul(p, x), f64x2.splat(0.4));
    p = f64x2.add(f64x2.mul(p, x), f64x2.splat(-0.5));
    p = f64x2.add(f64x2.mul(p, x), f64x2.splat(0.6666666666666666));
    const more = f64x2.mul(f64x2.mul(f64x2.mul(x, x), x), p);
    const half = f64x2.sub(f64x2.sub(more, Lanes.tail), square);
    const near = f64x2.mul(half, Lanes.half());
    const a = f64x2.abs(x);
    const tiny = f64x2.neg(f64x2.mul(a, f64x2.mul(Lanes.half(), a)));
    const small = v128.bitselect(tiny, near, f64x2.lt(a, f64x2.splat(1e-20)));
    const all = v128.bitselect(small, y, f64x2.lt(a, f64x2.splat(0.015625)));
    const still = f64x2.eq(x, f64x2.splat(0));
    const infinite = f64x2.eq(x, f64x2.splat(Infinity));
    return v128.andnot(v128.bitselect(minus, all, infinite), still);
  }

  /** ln(x / (1 − x)), next to ½ ln(1 + (2x − 1) / (1 − x)), whose dividend is exact there. */
  static logit(x: v128): v128 {
    const one = Lanes.one();
    const none = f64x2.splat(0);
    const under = Lanes.sum(one, none, f64x2.neg(x), none);
    const t = Lanes.tail;
    const inverse = f64x2.div(one, f64x2.add(under, t));
    const q = Lanes.quotient(x, none, inverse);
    const r = Lanes.remainder(x, none, under, t, inverse, q);
    const d = f64x2.sub(f64x2.add(x, x), one);
    const p = Lanes.quotient(d, none, inverse);
    const s = Lanes.remainder(d, none, under, t, inverse, p);
    const y = f64x2.add(LogLanes.mixed(q, r, p, s), LogLanes.tail);
    const end = v128.bitselect(f64x2.splat(-Infinity), f64x2.splat(NaN), f64x2.eq(x, none));
    const far = v128.bitselect(f64x2.splat(Infinity), end, f64x2.eq(x, one));
    const inside = v128.and(f64x2.gt(x, none), f64x2.lt(x, one));
    return v128.bitselect(y, far, inside);
  }

  /** x ln x, 0 at 0 */
  static xlogx(x: v128): v128 {
    return v128.andnot(Stable.timesLog(x, x), f64x2.eq(x, f64x2.splat(0)));
  }

  /** (eˣ − 1) / x, 1 at 0; eˣ overflows before the quotient does, and beside it 1 is nothing from 60 on. */
  static exprel(x: v128): v128 {
    const one = Lanes.one();
    const none = f64x2.splat(0);
    const e = ExpLanes.of(x, none);
    const t = ExpLanes.tail;
    const far = f64x2.gt(x, f64x2.splat(60));
    const k = v128.and(ExpLanes.power, far);
    const less = ExpLanes.lessOne(e);
    const h = v128.bitselect(e, less, far);
    const l = v128.bitselect(t, ExpLanes.tail, far);
    const z = f64x2.pmin(x, f64x2.splat(2300));
    const d = Lanes.cut(z);
    const q = Lanes.over(h, l, d, f64x2.sub(z, d));
    const y = Lanes.scale(f64x2.add(q, Lanes.tail), k);
    // −1 / x
    const low = v128.bitselect(f64x2.div(f64x2.splat(-1), x), y, f64x2.lt(x, f64x2.splat(-60)));
    return v128.bitselect(one, low, f64x2.lt(f64x2.abs(x), f64x2.splat(1e-20)));
  }

  /** dy (eˣ (x − 1) + 1) / x²: up to ¼ by its series, from 60 on without the 1, below −1e8 dy / x². */
  static dExprel(x: v128, dy: v128): v128 {
    const none = f64x2.splat(0);
    const one = Lanes.one();
    const z = f64x2.pmin(x, f64x2.splat(2300));
    const e = ExpLanes.of(z, none);
    const t = ExpLanes.tail;
    const far = f64x2.gt(x, f64x2.splat(60));
    const k = ExpLanes.power;
    const part = v128.bitselect(one, Lanes.part(k), far);
    const less = Lanes.sum(z, none, f64x2.neg(one), none);
    const p = Lanes.product(f64x2.mul(e, part), f64x2.mul(t, part), less, Lanes.tail);
    const top = Lanes.sum(p, Lanes.tail, v128.andnot(one, far), none);
    const rest = Lanes.tail;
    const c = Lanes.cut(z);
    const d = f64x2.sub(z, c);
    const square = Lanes.product(c, d, c, d);
    const q = Lanes.over(top, rest, square, Lanes.tail);
    const y = Lanes.both(q, Lanes.tail, v128.and(k, far), dy, one);
    let r = f64x2.splat(1.4911969277048643e-10);
    r = f64x2.add(f64x2.mul(r, x), f64x2.splat(1.9270852604185937e-9));
    r = f64x2.add(f64x2.mul(r, x), f64x2.splat(2.296443268665491e-8));
    r = f64x2.add(f64x2.mul(r, x), f64x2.splat(2.505210838544172e-7));
    r = f64x2.add(f64x2.mul(r, x), f64x2.splat(2.48015873015873e-6));
    r = f64x2.add(f64x2.mul(r, x), f64x2.splat(2.2045855379188714e-5));
    r = f64x2.add(f64x2.mul(r, x), f64x2.splat(0.00017361111111111112));
    r = f64x2.add(f64x2.mul(r, x), f64x2.splat(0.0011904761904761906));
    r = f64x2.add(f64x2.mul(r, x), f64x2.splat(0.006944444444444444));
    r = f64x2.add(f64x2.mul(r, x), f64x2.splat(0.03333333333333333));
    r = f64x2.add(f64x2.mul(r, x), f64x2.splat(0.125));
    r = f64x2.add(f64x2.mul(r, x), f64x2.splat(0.3333333333333333));
    r = f64x2.add(f64x2.mul(r, x), Lanes.half());
    const near = f64x2.lt(f64x2.abs(x), f64x2.splat(0.25));
    const slope = v128.bitselect(f64x2.mul(dy, r), y, near);
    const low = f64x2.div(f64x2.div(dy, x), x);
    return v128.bitselect(low, slope, f64x2.lt(x, f64x2.splat(-1e8)));
  }

  /** −dy a / b², of mantissas: of numbers as they are a factor may be subnormal where the product is not. */
  static turned(a: f64, b: f64, dy: f64): f64 {
    if (!Bits.isOrdinary(a) || !Bits.isOrdinary(b) || !Bits.isOrdinary(dy)) {
      return -(Math.abs(b) > 1 ? (dy / b) * (a / b) : (dy * (a / b)) / b);
    }
    const g = Bits.mantissa(dy);
    let power = Bits.power;
    const m = Bits.mantissa(a);
    power += Bits.power;
    const d = Bits.mantissa(b);
    power -= 2 * Bits.power;
    return -Bits.scale((g * m) / (d * d), power);
  }

  /** dy / (e^(z + t) − 1): e^−z / (1 − e^−z), or below 0 −1 / (1 − e^z) */
  static quotient(dy: v128, z: v128, t: v128): v128 {
    const none = f64x2.splat(0);
    const above = f64x2.gt(z, none);
    const turn = v128.andnot(f64x2.splat(-0.0), z);
    const e = ExpLanes.of(v128.xor(z, turn), v128.xor(t, turn));
    const k = v128.and(ExpLanes.power, above);
    const m = v128.bitselect(e, f64x2.splat(-1), above);
    const n = v128.and(ExpLanes.tail, above);
    const less = ExpLanes.lessOne(e);
    const q = Lanes.over(m, n, f64x2.neg(less), f64x2.neg(ExpLanes.tail));
    const y = Lanes.scaled(q, Lanes.tail, k, dy);
    // 1 / (z + t), which may be beyond a double.
    const w = f64x2.div(dy, z);
    const off = v128.andnot(f64x2.mul(w, f64x2.div(t, z)), f64x2.eq(t, none));
    return v128.bitselect(f64x2.sub(w, off), y, f64x2.lt(f64x2.abs(z), f64x2.splat(1e-290)));
  }

  /** What a − b rounds away (Knuth's two-sum); 0 where it is not finite. */
  static lost(a: f64, b: f64): f64 {
    const d = a - b;
    if (!(Math.abs(d) < Infinity)) return 0;
    const c = d - a;
    return a - (d - c) - (b + c);
  }

  /**
   * What s = a − b rounds away, of two numbers at once: half an ULP of it would be as many ULP of e^(a−b) as it is large.
   * Where that is 0 or ∞ it is 0.
   */
  @inline static off(a: v128, b: v128, s: v128): v128 {
    const within = f64x2.lt(f64x2.abs(s), f64x2.splat(2300));
    return v128.and(Lanes.error(a, f64x2.neg(b), s), within);
  }

  /** e^(x − m), with what x − m rounds away. */
  static expShifted(x: f64, m: f64): f64 {
    const e = Math.exp(x - m);
    return e + e * Stable.lost(x, m);
  }

  /** ln(2 eᵃ); next to −ln 2 twice eᵃ is next to 1. */
  static twice(a: v128): v128 {
    const s = f64x2.add(a, f64x2.splat(LN2));
    const lost = f64x2.add(Lanes.error(a, f64x2.splat(LN2), s), f64x2.splat(LN2_TAIL));
    const near = f64x2.lt(f64x2.abs(a), f64x2.splat(750));
    return v128.bitselect(f64x2.add(s, lost), s, near);
  }

  /** ln(eᵃ + eᵇ) for a ≠ b; beyond 750 the smaller one is nothing, and −0 stays what it is. */
  static logaddexp(a: v128, b: v128): v128 {
    const more = f64x2.pmax(a, b);
    const less = f64x2.pmin(b, a);
    const d = f64x2.sub(less, more);
    const m = ExpLanes.of(d, Stable.off(less, more, d));
    const n = ExpLanes.tail;
    const k = ExpLanes.power;
    const part = Lanes.part(k);
    const log = LogLanes.plusOne(f64x2.mul(m, part), f64x2.mul(n, part));
    return Stable.beyond(more, d, log, Lanes.scale(f64x2.add(m, n), k));
  }

  /**
   * ln|eᵃ − eᵇ| for a ≠ b: the larger, and ln(1 − e^−|a−b|); near one another, where they differ by less than the smaller, that
   * and ln(e^|a−b| − 1), which cancels less.
   */
  static logsubexp(a: v128, b: v128): v128 {
    const more = f64x2.pmax(a, b);
    const less = f64x2.pmin(b, a);
    const d = f64x2.sub(less, more);
    const off = Stable.off(less, more, d);
    const near = f64x2.ge(d, f64x2.splat(-LN2));
    const turn = v128.and(f64x2.splat(-0.0), near);
    const e = ExpLanes.of(v128.xor(d, turn), v128.xor(off, turn));
    const k = ExpLanes.power;
    const part = Lanes.part(k);
    const m = f64x2.neg(e);
    const n = f64x2.neg(ExpLanes.tail);
    // e^|a−b| − 1, or 1 − e^−|a−b|
    const back = v128.andnot(f64x2.splat(-0.0), near);
    const one = v128.xor(ExpLanes.lessOne(e), back);
    const t = v128.xor(ExpLanes.tail, back);
    const p = v128.bitselect(f64x2.sub(one, Lanes.one()), f64x2.mul(m, part), near);
    const q = v128.bitselect(t, f64x2.mul(n, part), near);
    const log = LogLanes.mixed(one, t, p, q);
    const far = Lanes.scale(f64x2.add(m, n), k);
    return Stable.beyond(v128.bitselect(less, more, near), d, log, far);
  }

  /** `more` and a logarithm, which is `e` where e^d is next to 0. */
  @inline private static beyond(more: v128, d: v128, log: v128, e: v128): v128 {
    const far = f64x2.lt(d, f64x2.splat(-60));
    const h = v128.bitselect(e, log, far);
    const s = f64x2.add(more, h);
    const y = f64x2.add(s, f64x2.add(Lanes.error(more, h, s), v128.andnot(LogLanes.tail, far)));
    return v128.bitselect(more, y, f64x2.lt(d, f64x2.splat(-750)));
  }
}

/** (−1)^k / (2k + 1)! from k = 1 on, and (−1)^k / (2k)! from k = 2 on. */
const SINE: usize = memory.data<f64>([
  -0.16666666666666666, 0.008333333333333333, -0.0001984126984126984, 2.7557319223985893e-6,
  -2.505210838544172e-8, 1.6059043836821613e-10, -7.647163731819816e-13, 2.8114572543455206e-15,
]);
const COSINE: usize = memory.data<f64>([
  0.041666666666666664, -0.001388888888888889, 2.48015873015873e-5, -2.755731922398589e-7,
  2.08767569878681e-9, -1.1470745597729725e-11, 4.779477332387385e-14, -1.5619206968586225e-16,
]);

/** 64 zeros, and the bits of 2/π. */
const TURNS: usize = memory.data<u64>([
  0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
  0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
  0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
  0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
  0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
]);

/**
 * sin, cos and tan. From 2^20 π/2 on asc's own take the quarter from a word before their table of 2/π (up to 2^22), or carry
 * where there is nothing to carry: there x is reduced here.
 */
export class Circle {
  /** Quarters of a turn in the last `rest`. */
  static quarters: i32 = 0;

  @inline static within(x: f64): bool {
    const a = Math.abs(x);
    return a > 1647098 && a < Infinity;
  }

  /**
   * x − k π/2, with k the nearest. Source: Payne and Hanek 1983. Of 2/π only the 192 bits count that neither make whole turns
   * nor are less than 2^-137 of a quarter.
   */
  static rest(x: f64): v128 {
    const bits = reinterpret<u64>(x);
    const whole = (bits & 0x000fffffffffffff) | 0x0010000000000000;
    // |x| = whole 2^power; bits of 2/π up to power − 2 make multiples of four quarters.
    const from = <i32>((bits >> 52) & 0x7ff) - 1075 - 2 + 64;
    const at = TURNS + ((<usize>(from >> 6)) << 3);
    const shift = <u64>(from & 63);
    const a = Circle.word(at, shift);
    const b = Circle.word(at + 8, shift);
    const c = Circle.word(at + 16, shift);
    let p2 = whole * c;
    let p1 = whole * b;
    const carried = Circle.upper(whole, c);
    let p0 = whole * a + Circle.upper(whole, b);
    p1 += carried;
    if (p1 < carried) p0++;
    const k = (p0 + 0x2000000000000000) >> 62;
    p0 -= k << 62;
    const below = <i64>p0 < 0;
    if (below) {
      p0 = ~p0;
      p1 = ~p1;
      p2 = -p2;
      if (p2 === 0) p1++;
      if (p2 === 0 && p1 === 0) p0++;
    }
    // 117 bits from the first one on; they are not all 0, nor the first 62.
    const zeros = clz<u64>(p0);
    if (zeros > 0) {
      p0 = (p0 << zeros) | (p1 >> (64 - zeros));
      p1 = (p1 << zeros) | (p2 >> (64 - zeros));
    }
    const rest = <f64>((p0 << 53) | (p1 >> 11)) * 5.421010862427522e-20;
    const size = Twice.scaled(
      Twice.renewed(<f64>(p0 >> 11), rest),
      Bits.scale(1, -51 - <i32>zeros),
    );
    const angle = Twice.mul(size, Twice.of(1.5707963267948966, 6.123233995736766e-17));
    Circle.quarters = x < 0 ? -(<i32>k) : <i32>k;
    return below !== x < 0 ? f64x2.neg(angle) : angle;
  }

  /** 64 bits of the table from a bit on. */
  @inline private static word(at: usize, shift: u64): u64 {
    const first = load<u64>(at) << shift;
    return shift === 0 ? first : first | (load<u64>(at + 8) >> (64 - shift));
  }

  /** The upper half of a b. */
  private static upper(a: u64, b: u64): u64 {
    const low = (a & 0xffffffff) * (b & 0xffffffff);
    const cross = (a >> 32) * (b & 0xffffffff) + (low >> 32);
    const other = (a & 0xffffffff) * (b >> 32) + (cross & 0xffffffff);
    return (a >> 32) * (b >> 32) + (cross >> 32) + (other >> 32);
  }

  /** sin r up to π/4: half an ULP of it is in r, and r³/6 is small. */
  private static sine(r: v128): v128 {
    const h = Twice.head(r);
    const z = h * h;
    return Twice.plus(r, z * (h * poly(z, SINE, 7) - 0.5 * Twice.tail(r)));
  }

  /** cos r up to π/4 */
  private static cosine(r: v128): v128 {
    const z = Twice.head(r) * Twice.head(r);
    const square = Twice.scaled(Twice.mul(r, r), -0.5);
    return Twice.plus(Twice.plus(square, 1), z * z * poly(z, COSINE, 7));
  }

  /** The sine of r, moved on by quarters. */
  private static turned(r: v128, quarters: i32): f64 {
    const y = Twice.value(quarters & 1 ? Circle.cosine(r) : Circle.sine(r));
    return quarters & 2 ? -y : y;
  }

  static sin(x: f64): f64 {
    return Circle.within(x) ? Circle.turned(Circle.rest(x), Circle.quarters) : Math.sin(x);
  }

  static cos(x: f64): f64 {
    return Circle.within(x) ? Circle.turned(Circle.rest(x), Circle.quarters + 1) : Math.cos(x);
  }

  static tan(x: f64): f64 {
    if (!Circle.within(x)) return Math.tan(x);
    const r = Circle.rest(x);
    return Circle.quarters & 1
      ? -Twice.value(Twice.div(Circle.cosine(r), Circle.sine(r)))
      : Twice.value(Twice.div(Circle.sine(r), Circle.cosine(r)));
  }
}

/** Relative entropy: x ln(x/y), and what is left of it where x and y are nearly one another. */
export class Entropy {
  /**
   * ln(x/y) for finite x, y > 0. Mantissas within √2 of one another have an exact difference, so that nothing cancels near
   * x = y; x/y itself may be beyond a double.
   */
  static log(x: v128, y: v128): v128 {
    let a = Lanes.mantissa(x);
    const power = Lanes.exponent;
    let b = Lanes.mantissa(y);
    const one = Lanes.one();
    const two = f64x2.splat(2);
    const root = f64x2.splat(Math.SQRT2);
    const above = f64x2.gt(a, f64x2.mul(root, b));
    const below = f64x2.gt(b, f64x2.mul(root, a));
    b = f64x2.mul(b, v128.bitselect(two, one, above));
    a = f64x2.mul(a, v128.bitselect(two, one, below));
    const turn = f64x2.sub(v128.and(one, above), v128.and(one, below));
    const k = f64x2.add(f64x2.sub(power, Lanes.exponent), turn);
    const none = f64x2.splat(0);
    const h = Lanes.cut(b);
    const q = Lanes.over(f64x2.sub(a, b), none, h, f64x2.sub(b, h));
    const log = LogLanes.plusOne(q, Lanes.tail);
    const c = f64x2.splat(LN2_HEAD);
    const t = f64x2.mul(k, f64x2.splat(LN2_REST));
    const sum = Lanes.sum(f64x2.mul(k, c), t, log, LogLanes.tail);
    Entropy.tail = Lanes.tail;
    return sum;
  }

  static tail: v128 = i64x2.splat(0);

  /** Whether x and y are finite and above 0. */
  @inline static inside(x: v128, y: v128): v128 {
    const none = f64x2.splat(0);
    const end = f64x2.splat(Infinity);
    return v128.and(
      v128.and(f64x2.gt(x, none), f64x2.gt(y, none)),
      v128.and(f64x2.lt(x, end), f64x2.lt(y, end)),
    );
  }

  /** x ln(x/y): 0 where x = 0 ≤ y, ∞ where x or y is below 0 or y = 0 < x, −∞ at y = ∞, NaN for two ∞. */
  static relative(x: v128, y: v128): v128 {
    const h = Entropy.log(x, y);
    const inner = Lanes.times(h, Entropy.tail, x);
    const none = f64x2.splat(0);
    const end = f64x2.splat(Infinity);
    const above = v128.and(f64x2.gt(x, none), f64x2.gt(y, none));
    const infinite = f64x2.sub(v128.and(x, f64x2.eq(x, end)), y);
    const edge = Entropy.edge(x, y, v128.bitselect(infinite, end, above), none);
    return v128.bitselect(inner, edge, Entropy.inside(x, y));
  }

  /** `other`, where x = 0 ≤ y `still`, NaN where one is. */
  @inline private static edge(x: v128, y: v128, other: v128, still: v128): v128 {
    const none = f64x2.splat(0);
    const zero = v128.and(f64x2.eq(x, none), f64x2.ge(y, none));
    const present = v128.and(f64x2.eq(x, x), f64x2.eq(y, y));
    return v128.bitselect(v128.bitselect(still, other, zero), f64x2.add(x, y), present);
  }

  /** x ln(x/y) − x + y: the same, but y where x = 0, and ∞ where one of them is. */
  static divergence(x: v128, y: v128): v128 {
    const end = f64x2.splat(Infinity);
    const two = v128.and(f64x2.eq(x, end), f64x2.eq(y, end));
    const edge = Entropy.edge(x, y, v128.bitselect(f64x2.sub(x, y), end, two), f64x2.abs(y));
    return v128.bitselect(Entropy.distance(x, y), edge, Entropy.inside(x, y));
  }

  /**
   * x ln(x/y) − x + y. With s = d / (x + y), d = x − y, it is up to s = 1/16
   * d s (1 + s (1 + s) Σ s^2k / (2k + 3)): the first terms of ln(x/y) = 2 atanh(s) have cancelled on paper.
   */
  private static distance(x: v128, y: v128): v128 {
    // Halves of what is larger would leave f64, and so would x + y.
    const most = f64x2.pmax(x, y);
    const large = f64x2.gt(most, f64x2.splat(1e290));
    const one = Lanes.one();
    const none = f64x2.splat(0);
    // Nor have those next to 0 all digits.
    const tiny = f64x2.lt(most, f64x2.splat(1e-200));
    const ahead = v128.bitselect(f64x2.splat(UP), one, tiny);
    const back = v128.bitselect(f64x2.splat(DOWN), one, tiny);
    const down = v128.bitselect(f64x2.splat(5.551115123125783e-17), ahead, large);
    const up = v128.bitselect(f64x2.splat(18014398509481984), back, large);
    const a = f64x2.mul(x, down);
    const b = f64x2.mul(y, down);
    const sum = Lanes.sum(a, none, b, none);
    const rest = Lanes.tail;
    const d = f64x2.mul(f64x2.sub(x, y), down);
    const c = Lanes.cut(d);
    const s = f64x2.div(d, f64x2.add(sum, rest));
    const z = f64x2.mul(s, s);
    let p = f64x2.splat(0.058823529411764705);
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.06666666666666667));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.07692307692307693));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.09090909090909091));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.1111111111111111));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.14285714285714285));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.2));
    p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.3333333333333333));
    const more = f64x2.mul(f64x2.mul(s, f64x2.add(s, one)), p);
    const q = Lanes.over(d, none, sum, rest);
    const first = Lanes.product(q, Lanes.tail, c, f64x2.sub(d, c));
    const t = Lanes.tail;
    const bent = f64x2.mul(f64x2.add(first, t), more);
    const near = f64x2.add(first, f64x2.add(t, bent));
    const far = Entropy.far(x, y, a, b);
    const apart = f64x2.gt(f64x2.abs(s), f64x2.splat(0.0625));
    return f64x2.mul(v128.bitselect(far, near, apart), up);
  }

  /**
   * a (ln(x/y) − 1) + b, in pairs: all but a hundredth may cancel. The logarithm is of x and y as they
   * are: the smaller one may be subnormal times what a and b are smaller by.
   */
  @inline private static far(x: v128, y: v128, a: v128, b: v128): v128 {
    const h = Entropy.log(x, y);
    const none = f64x2.splat(0);
    const log = Lanes.sum(h, Entropy.tail, f64x2.splat(-1), none);
    const c = Lanes.cut(a);
    const p = Lanes.product(log, Lanes.tail, c, f64x2.sub(a, c));
    const sum = f64x2.add(p, b);
    return f64x2.add(sum, f64x2.add(Lanes.error(p, b, sum), Lanes.tail));
  }

  /** g (ln(x/y) + s): −∞ at x = 0 < y, ∞ at y = 0 < x, 0 at x = y = 0, NaN below 0 */
  static slope(x: v128, y: v128, g: v128, s: f64): v128 {
    const h = Entropy.log(x, y);
    const none = f64x2.splat(0);
    const sum = Lanes.sum(h, Entropy.tail, f64x2.splat(s), none);
    const inner = Lanes.times(sum, Lanes.tail, g);
    // x/|y| is 0, ∞ or NaN: both zeros are the same pole.
    const q = f64x2.div(x, f64x2.abs(y));
    const low = v128.bitselect(f64x2.splat(-Infinity), q, f64x2.eq(q, none));
    const two = v128.and(f64x2.eq(x, none), f64x2.eq(y, none));
    const edge = v128.andnot(f64x2.mul(g, low), two);
    const below = v128.or(f64x2.lt(x, none), f64x2.lt(y, none));
    const outer = v128.bitselect(f64x2.splat(NaN), edge, below);
    return v128.bitselect(inner, outer, Entropy.inside(x, y));
  }

  /** g (s − x/y), as (s y − x) / y so that it does not cancel; g s where x = 0 ≤ y, NaN below 0 */
  static share(x: v128, y: v128, g: v128, s: f64): v128 {
    const none = f64x2.splat(0);
    const end = f64x2.splat(Infinity);
    const times = f64x2.splat(s);
    const z = f64x2.abs(y);
    const q = f64x2.mul(g, f64x2.div(f64x2.sub(f64x2.mul(times, z), x), z));
    const zero = v128.and(f64x2.eq(x, none), f64x2.ge(y, none));
    const far = v128.and(f64x2.eq(y, end), f64x2.lt(x, end));
    const inner = v128.bitselect(f64x2.mul(g, times), q, v128.or(zero, far));
    const below = v128.or(f64x2.lt(x, none), f64x2.lt(y, none));
    return v128.bitselect(f64x2.splat(NaN), inner, below);
  }
}
