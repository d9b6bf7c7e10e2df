// Emitted by asc from assembly/index.ts (npm run build). Not to be edited.
declare namespace __AdaptedExports {
  /** Exported memory */
  export const memory: WebAssembly.Memory;
  /**
   * assembly/loops/set_strict
   * @param on `i32`
   */
  export function set_strict(on: number): void;
  /**
   * assembly/loops/take_masked
   * @returns `u32`
   */
  export function take_masked(): number;
  /**
   * assembly/memory/alloc
   * @param bytes `usize`
   * @returns `usize`
   */
  export function alloc(bytes: number): number;
  /**
   * assembly/memory/free
   * @param block `usize`
   */
  export function free(block: number): void;
  /**
   * assembly/kernels/activation/relu_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function relu_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/relu_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function relu_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/sigmoid_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sigmoid_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/sigmoid_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sigmoid_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/tanh_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tanh_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/tanh_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tanh_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/arithmetic/accumulate_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function accumulate_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/arithmetic/add_forward_f32
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function add_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/add_backward_a_f32
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function add_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/add_backward_b_f32
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function add_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/sub_forward_f32
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function sub_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/sub_backward_a_f32
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function sub_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/sub_backward_b_f32
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function sub_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/mul_forward_f32
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function mul_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/mul_backward_a_f32
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function mul_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/mul_backward_b_f32
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function mul_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/div_forward_f32
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function div_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/div_backward_a_f32
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function div_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/div_backward_b_f32
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function div_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/compare/where_forward_f32
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param c `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @param rowC `usize`
   * @param colC `usize`
   * @returns `u32`
   */
  export function where_forward_f32(y: number, a: number, b: number, c: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number, rowC: number, colC: number): number;
  /**
   * assembly/kernels/compare/where_backward_a_f32
   * @param da `usize`
   * @param dy `usize`
   * @param c `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowC `usize`
   * @param colC `usize`
   * @returns `u32`
   */
  export function where_backward_a_f32(da: number, dy: number, c: number, rows: number, cols: number, rowC: number, colC: number): number;
  /**
   * assembly/kernels/compare/where_backward_b_f32
   * @param db `usize`
   * @param dy `usize`
   * @param c `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowC `usize`
   * @param colC `usize`
   * @returns `u32`
   */
  export function where_backward_b_f32(db: number, dy: number, c: number, rows: number, cols: number, rowC: number, colC: number): number;
  /**
   * assembly/kernels/compare/greater_forward_f32
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function greater_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/compare/greater_equal_forward_f32
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function greater_equal_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/compare/less_forward_f32
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function less_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/compare/less_equal_forward_f32
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function less_equal_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/compare/equal_forward_f32
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function equal_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/compare/not_equal_forward_f32
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @returns `u32`
   */
  export function not_equal_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/elementary/exp_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exp_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/exp_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exp_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/log_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/log_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/log1p_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1p_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/log1p_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1p_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/sqrt_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sqrt_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/sqrt_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sqrt_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/finite/peak_f32
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function peak_f32(x: number, n: number): number;
  /**
   * assembly/kernels/finite/first_non_finite_f32
   * @param x `usize`
   * @param n `usize`
   * @param from `usize`
   * @returns `i32`
   */
  export function first_non_finite_f32(x: number, n: number, from: number): number;
  /**
   * assembly/kernels/finite/count_non_finite_f32
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function count_non_finite_f32(x: number, n: number): number;
  /**
   * assembly/kernels/finite/health_f32
   * @param out `usize`
   * @param x `usize`
   * @param n `usize`
   */
  export function health_f32(out: number, x: number, n: number): void;
  /**
   * assembly/kernels/loss/mse_forward_f32
   * @param y `usize`
   * @param p `usize`
   * @param target `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function mse_forward_f32(y: number, p: number, target: number, n: number): number;
  /**
   * assembly/kernels/loss/mse_backward_f32
   * @param dp `usize`
   * @param dy `usize`
   * @param p `usize`
   * @param target `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function mse_backward_f32(dp: number, dy: number, p: number, target: number, n: number): number;
  /**
   * assembly/kernels/loss/cross_entropy_forward_f32
   * @param y `usize`
   * @param p `usize`
   * @param x `usize`
   * @param labels `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param count `usize`
   * @returns `u32`
   */
  export function cross_entropy_forward_f32(y: number, p: number, x: number, labels: number, rows: number, cols: number, count: number): number;
  /**
   * assembly/kernels/loss/cross_entropy_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param p `usize`
   * @param labels `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param count `usize`
   * @returns `u32`
   */
  export function cross_entropy_backward_f32(dx: number, dy: number, p: number, labels: number, rows: number, cols: number, count: number): number;
  /**
   * assembly/kernels/matmul/matmul_forward_f32
   * @param c `usize`
   * @param a `usize`
   * @param b `usize`
   * @param m `usize`
   * @param k `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function matmul_forward_f32(c: number, a: number, b: number, m: number, k: number, n: number): number;
  /**
   * assembly/kernels/matmul/matmul_backward_a_f32
   * @param da `usize`
   * @param dc `usize`
   * @param b `usize`
   * @param m `usize`
   * @param k `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function matmul_backward_a_f32(da: number, dc: number, b: number, m: number, k: number, n: number): number;
  /**
   * assembly/kernels/matmul/matmul_backward_b_f32
   * @param db `usize`
   * @param dc `usize`
   * @param a `usize`
   * @param m `usize`
   * @param k `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function matmul_backward_b_f32(db: number, dc: number, a: number, m: number, k: number, n: number): number;
  /**
   * assembly/kernels/matmul/linear_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param w `usize`
   * @param bias `usize`
   * @param m `usize`
   * @param k `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function linear_forward_f32(y: number, x: number, w: number, bias: number, m: number, k: number, n: number): number;
  /**
   * assembly/kernels/matmul/matmul_annihilate_f32
   * @param c `usize`
   * @param left `usize`
   * @param right `usize`
   * @param m `usize`
   * @param k `usize`
   * @param n `usize`
   * @param rowL `usize`
   * @param colL `usize`
   * @param rowR `usize`
   * @param colR `usize`
   * @param cotangentLeft `i32`
   * @returns `u32`
   */
  export function matmul_annihilate_f32(c: number, left: number, right: number, m: number, k: number, n: number, rowL: number, colL: number, rowR: number, colR: number, cotangentLeft: number): number;
  /**
   * assembly/kernels/norm/layer_norm_forward_f32
   * @param y `usize`
   * @param stats `usize`
   * @param x `usize`
   * @param gamma `usize`
   * @param beta `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param eps `f64`
   * @returns `u32`
   */
  export function layer_norm_forward_f32(y: number, stats: number, x: number, gamma: number, beta: number, rows: number, cols: number, eps: number): number;
  /**
   * assembly/kernels/norm/layer_norm_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param gamma `usize`
   * @param stats `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function layer_norm_backward_f32(dx: number, dy: number, x: number, gamma: number, stats: number, rows: number, cols: number): number;
  /**
   * assembly/kernels/norm/layer_norm_backward_gamma_f32
   * @param dgamma `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param stats `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function layer_norm_backward_gamma_f32(dgamma: number, dy: number, x: number, stats: number, rows: number, cols: number): number;
  /**
   * assembly/kernels/optimizer/sgd_step_f32
   * @param p `usize`
   * @param g `usize`
   * @param n `usize`
   * @param lr `f64`
   * @param scale `f64`
   * @returns `u32`
   */
  export function sgd_step_f32(p: number, g: number, n: number, lr: number, scale: number): number;
  /**
   * assembly/kernels/optimizer/sgd_momentum_step_f32
   * @param p `usize`
   * @param m `usize`
   * @param g `usize`
   * @param n `usize`
   * @param lr `f64`
   * @param momentum `f64`
   * @param scale `f64`
   * @returns `u32`
   */
  export function sgd_momentum_step_f32(p: number, m: number, g: number, n: number, lr: number, momentum: number, scale: number): number;
  /**
   * assembly/kernels/optimizer/adam_step_f32
   * @param p `usize`
   * @param m `usize`
   * @param v `usize`
   * @param g `usize`
   * @param n `usize`
   * @param lr `f64`
   * @param beta1 `f64`
   * @param beta2 `f64`
   * @param eps `f64`
   * @param decay `f64`
   * @param scale `f64`
   * @param c1 `f64`
   * @param c2 `f64`
   * @returns `u32`
   */
  export function adam_step_f32(p: number, m: number, v: number, g: number, n: number, lr: number, beta1: number, beta2: number, eps: number, decay: number, scale: number, c1: number, c2: number): number;
  /**
   * assembly/kernels/reduce/sum_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param scale `f64`
   * @returns `u32`
   */
  export function sum_forward_f32(y: number, x: number, outer: number, mid: number, inner: number, scale: number): number;
  /**
   * assembly/kernels/reduce/sum_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param scale `f32`
   * @returns `u32`
   */
  export function sum_backward_f32(dx: number, dy: number, outer: number, mid: number, inner: number, scale: number): number;
  /**
   * assembly/kernels/reduce/sum_squares_f32
   * @param x `usize`
   * @param n `usize`
   * @returns `f64`
   */
  export function sum_squares_f32(x: number, n: number): number;
  /**
   * assembly/kernels/softmax/softmax_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function softmax_forward_f32(y: number, x: number, rows: number, cols: number): number;
  /**
   * assembly/kernels/softmax/softmax_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function softmax_backward_f32(dx: number, dy: number, y: number, rows: number, cols: number): number;
}
/** Instantiates the compiled WebAssembly module with the given imports. */
export declare function instantiate(module: WebAssembly.Module, imports: {
}): Promise<typeof __AdaptedExports>;
