/** Lets the diagnosis try its advice: the functions that it is written in. */
import { tensor } from "./create.js";
import { know } from "./diagnosis/rerun.js";
import * as activation from "./ops/activation.js";
import * as arithmetic from "./ops/arithmetic.js";
import { cast } from "./ops/cast.js";
import { clone } from "./ops/clone.js";
import * as compare from "./ops/compare.js";
import * as elementary from "./ops/elementary.js";
import * as extreme from "./ops/extreme.js";
import * as gated from "./ops/gated.js";
import * as loss from "./ops/loss.js";
import * as matrix from "./ops/matmul.js";
import * as norm from "./ops/norm.js";
import * as reduce from "./ops/reduce.js";
import * as safe from "./ops/safe.js";
import * as scan from "./ops/scan.js";
import * as softmax from "./ops/softmax.js";
import * as stable from "./ops/stable.js";
import * as trigonometry from "./ops/trigonometry.js";
import { noGrad } from "./tape.js";

know({
  ...activation,
  ...arithmetic,
  ...compare,
  ...elementary,
  ...extreme,
  ...gated,
  ...loss,
  ...matrix,
  ...norm,
  ...reduce,
  ...safe,
  ...scan,
  ...softmax,
  ...stable,
  ...trigonometry,
  cast,
  clone,
  noGrad,
  tensor,
});
