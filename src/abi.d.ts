// Emitted by asc from assembly/index.ts (npm run build). Not to be edited.
declare namespace __AdaptedExports {
  /** Exported memory */
  export const memory: WebAssembly.Memory;
  /**
   * assembly/double/loops/set_walk_f64
   * @param rows `usize`
   * @param cols `usize`
   * @param rowA `usize`
   * @param colA `usize`
   * @param rowB `usize`
   * @param colB `usize`
   * @param rowC `usize`
   * @param colC `usize`
   */
  export function set_walk_f64(rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number, rowC: number, colC: number): void;
  /**
   * assembly/double/monitor/summary_f64
   * @param out `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   */
  export function summary_f64(out: number, x: number, n: number, s: number): void;
  /**
   * assembly/kernels/monitor/summary_f32
   * @param out `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   */
  export function summary_f32(out: number, x: number, n: number, s: number): void;
  /**
   * assembly/loops/set_strict
   * @param on `i32`
   */
  export function set_strict(on: number): void;
  /**
   * assembly/loops/take_guarded
   * @returns `u32`
   */
  export function take_guarded(): number;
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
   * assembly/double/activation/relu_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function relu_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/relu_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function relu_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/sigmoid_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sigmoid_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/sigmoid_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sigmoid_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/tanh_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tanh_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/tanh_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tanh_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/relu6_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function relu6_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/relu6_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function relu6_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/hard_tanh_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @param t `f64`
   * @returns `u32`
   */
  export function hard_tanh_forward_f64(y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/double/activation/hard_tanh_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @param t `f64`
   * @returns `u32`
   */
  export function hard_tanh_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/double/activation/leaky_relu_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function leaky_relu_forward_f64(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/leaky_relu_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function leaky_relu_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/elu_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function elu_forward_f64(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/elu_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function elu_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/selu_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function selu_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/selu_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function selu_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/celu_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function celu_forward_f64(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/celu_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function celu_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/gelu_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function gelu_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/gelu_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function gelu_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/gelu_tanh_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function gelu_tanh_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/gelu_tanh_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function gelu_tanh_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/log_sigmoid_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_sigmoid_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/log_sigmoid_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_sigmoid_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/silu_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function silu_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/silu_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function silu_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/mish_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function mish_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/mish_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function mish_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/softplus_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function softplus_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/softplus_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function softplus_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/softsign_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function softsign_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/softsign_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function softsign_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/hard_sigmoid_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function hard_sigmoid_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/hard_sigmoid_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function hard_sigmoid_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/hard_swish_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function hard_swish_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/hard_swish_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function hard_swish_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/thresholded_relu_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function thresholded_relu_forward_f64(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/thresholded_relu_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function thresholded_relu_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/soft_shrink_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function soft_shrink_forward_f64(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/soft_shrink_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function soft_shrink_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/hard_shrink_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function hard_shrink_forward_f64(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/hard_shrink_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function hard_shrink_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/activation/tanh_shrink_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tanh_shrink_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/tanh_shrink_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tanh_shrink_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/activation/prelu_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function prelu_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/activation/prelu_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function prelu_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/activation/prelu_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function prelu_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/add_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function add_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/add_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function add_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/add_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function add_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/sub_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function sub_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/sub_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function sub_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/sub_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function sub_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/mul_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function mul_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/mul_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function mul_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/mul_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function mul_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/div_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function div_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/div_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function div_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/div_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function div_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/pow_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function pow_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/pow_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function pow_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/pow_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function pow_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/maximum_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function maximum_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/maximum_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function maximum_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/maximum_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function maximum_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/minimum_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function minimum_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/minimum_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function minimum_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/minimum_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function minimum_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/mod_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function mod_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/mod_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function mod_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/mod_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function mod_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/hypot_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function hypot_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/hypot_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function hypot_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/hypot_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function hypot_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/atan2_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function atan2_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/atan2_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function atan2_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/atan2_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function atan2_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/squared_difference_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function squared_difference_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/squared_difference_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function squared_difference_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/squared_difference_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function squared_difference_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/arithmetic/accumulate_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function accumulate_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/compare/greater_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function greater_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/compare/greater_equal_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function greater_equal_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/compare/less_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function less_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/compare/less_equal_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function less_equal_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/compare/equal_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function equal_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/compare/not_equal_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function not_equal_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/compare/logical_and_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function logical_and_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/compare/logical_or_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function logical_or_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/compare/logical_xor_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function logical_xor_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/compare/logical_not_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logical_not_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/compare/where_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @param c `usize`
   * @returns `u32`
   */
  export function where_forward_f64(y: number, a: number, b: number, c: number): number;
  /**
   * assembly/double/compare/where_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param c `usize`
   * @returns `u32`
   */
  export function where_backward_a_f64(da: number, dy: number, c: number): number;
  /**
   * assembly/double/compare/where_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param c `usize`
   * @returns `u32`
   */
  export function where_backward_b_f64(db: number, dy: number, c: number): number;
  /**
   * assembly/double/elementary/exp_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exp_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/exp_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exp_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/log_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/log_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/log1p_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1p_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/log1p_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1p_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/sqrt_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sqrt_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/sqrt_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sqrt_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/abs_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function abs_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/abs_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function abs_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/neg_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function neg_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/neg_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function neg_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/sign_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sign_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/sign_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sign_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/square_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function square_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/square_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function square_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/rsqrt_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function rsqrt_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/rsqrt_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function rsqrt_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/cbrt_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cbrt_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/cbrt_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cbrt_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/reciprocal_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function reciprocal_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/reciprocal_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function reciprocal_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/exp2_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exp2_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/exp2_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exp2_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/expm1_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function expm1_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/expm1_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function expm1_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/log2_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log2_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/log2_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log2_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/log10_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log10_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/log10_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log10_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/floor_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function floor_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/floor_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function floor_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/ceil_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function ceil_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/ceil_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function ceil_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/round_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function round_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/round_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function round_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/trunc_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function trunc_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/trunc_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function trunc_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/clip_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @param t `f64`
   * @returns `u32`
   */
  export function clip_forward_f64(y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/double/elementary/clip_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @param t `f64`
   * @returns `u32`
   */
  export function clip_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/double/elementary/ndtr_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function ndtr_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/ndtr_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function ndtr_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/log_ndtr_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_ndtr_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/log_ndtr_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_ndtr_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/erf_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function erf_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/erf_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function erf_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/erfc_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function erfc_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/elementary/erfc_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function erfc_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/extreme/max_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function max_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/extreme/max_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function max_backward_f64(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/extreme/min_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function min_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/extreme/min_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function min_backward_f64(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/extreme/argmax_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function argmax_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/extreme/argmin_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function argmin_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/finite/peak_f64
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function peak_f64(x: number, n: number): number;
  /**
   * assembly/double/finite/abs_max_f64
   * @param x `usize`
   * @param n `usize`
   * @returns `f64`
   */
  export function abs_max_f64(x: number, n: number): number;
  /**
   * assembly/double/finite/first_non_finite_f64
   * @param x `usize`
   * @param n `usize`
   * @param from `usize`
   * @returns `i32`
   */
  export function first_non_finite_f64(x: number, n: number, from: number): number;
  /**
   * assembly/double/finite/count_non_finite_f64
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function count_non_finite_f64(x: number, n: number): number;
  /**
   * assembly/double/finite/narrow_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function narrow_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/finite/widen_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function widen_f32(y: number, x: number, n: number): number;
  /**
   * assembly/double/finite/health_f64
   * @param out `usize`
   * @param x `usize`
   * @param n `usize`
   */
  export function health_f64(out: number, x: number, n: number): void;
  /**
   * assembly/double/gated/glu_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function glu_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/gated/glu_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function glu_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/gated/glu_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function glu_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/gated/glu_halves_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function glu_halves_backward_f64(dx: number, dy: number, x: number, outer: number, n: number): number;
  /**
   * assembly/double/gated/swiglu_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function swiglu_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/gated/swiglu_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function swiglu_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/gated/swiglu_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function swiglu_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/gated/swiglu_halves_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function swiglu_halves_backward_f64(dx: number, dy: number, x: number, outer: number, n: number): number;
  /**
   * assembly/double/loss/mse_forward_f64
   * @param y `usize`
   * @param p `usize`
   * @param target `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function mse_forward_f64(y: number, p: number, target: number, n: number): number;
  /**
   * assembly/double/loss/mse_backward_f64
   * @param dp `usize`
   * @param dy `usize`
   * @param p `usize`
   * @param target `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function mse_backward_f64(dp: number, dy: number, p: number, target: number, n: number): number;
  /**
   * assembly/double/loss/cross_entropy_forward_f64
   * @param y `usize`
   * @param p `usize`
   * @param x `usize`
   * @param labels `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param count `usize`
   * @returns `u32`
   */
  export function cross_entropy_forward_f64(y: number, p: number, x: number, labels: number, rows: number, cols: number, count: number): number;
  /**
   * assembly/double/loss/cross_entropy_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param p `usize`
   * @param labels `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param count `usize`
   * @returns `u32`
   */
  export function cross_entropy_backward_f64(dx: number, dy: number, p: number, labels: number, rows: number, cols: number, count: number): number;
  /**
   * assembly/double/matmul/matmul_f64
   * @param c `usize`
   * @param left `usize`
   * @param right `usize`
   * @param bias `usize`
   * @param m `usize`
   * @param k `usize`
   * @param n `usize`
   * @param rowL `usize`
   * @param colL `usize`
   * @param rowR `usize`
   * @param colR `usize`
   * @returns `u32`
   */
  export function matmul_f64(c: number, left: number, right: number, bias: number, m: number, k: number, n: number, rowL: number, colL: number, rowR: number, colR: number): number;
  /**
   * assembly/double/matmul/matmul_annihilate_f64
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
  export function matmul_annihilate_f64(c: number, left: number, right: number, m: number, k: number, n: number, rowL: number, colL: number, rowR: number, colR: number, cotangentLeft: number): number;
  /**
   * assembly/double/norm/layer_norm_forward_f64
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
  export function layer_norm_forward_f64(y: number, stats: number, x: number, gamma: number, beta: number, rows: number, cols: number, eps: number): number;
  /**
   * assembly/double/norm/layer_norm_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param gamma `usize`
   * @param stats `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function layer_norm_backward_f64(dx: number, dy: number, x: number, gamma: number, stats: number, rows: number, cols: number): number;
  /**
   * assembly/double/norm/layer_norm_backward_gamma_f64
   * @param dgamma `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param stats `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function layer_norm_backward_gamma_f64(dgamma: number, dy: number, x: number, stats: number, rows: number, cols: number): number;
  /**
   * assembly/double/optimizer/sgd_step_f64
   * @param p `usize`
   * @param g `usize`
   * @param n `usize`
   * @param lr `f64`
   * @param scale `f64`
   * @param out `usize`
   * @param s `f64`
   */
  export function sgd_step_f64(p: number, g: number, n: number, lr: number, scale: number, out: number, s: number): void;
  /**
   * assembly/double/optimizer/sgd_momentum_step_f64
   * @param p `usize`
   * @param m `usize`
   * @param g `usize`
   * @param n `usize`
   * @param lr `f64`
   * @param momentum `f64`
   * @param scale `f64`
   * @param out `usize`
   * @param s `f64`
   */
  export function sgd_momentum_step_f64(p: number, m: number, g: number, n: number, lr: number, momentum: number, scale: number, out: number, s: number): void;
  /**
   * assembly/double/optimizer/adam_step_f64
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
   * @param out `usize`
   * @param s `f64`
   */
  export function adam_step_f64(p: number, m: number, v: number, g: number, n: number, lr: number, beta1: number, beta2: number, eps: number, decay: number, scale: number, c1: number, c2: number, out: number, s: number): void;
  /**
   * assembly/double/reduce/sum_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param scale `f64`
   * @returns `u32`
   */
  export function sum_forward_f64(y: number, x: number, outer: number, mid: number, inner: number, scale: number): number;
  /**
   * assembly/double/reduce/sum_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param scale `f64`
   * @returns `u32`
   */
  export function sum_backward_f64(dx: number, dy: number, outer: number, mid: number, inner: number, scale: number): number;
  /**
   * assembly/double/reduce/prod_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function prod_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/prod_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function prod_backward_f64(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/norm1_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function norm1_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/norm1_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function norm1_backward_f64(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/norm2_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function norm2_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/norm2_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function norm2_backward_f64(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/sum_squares_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function sum_squares_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/sum_squares_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function sum_squares_backward_f64(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/nan_sum_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function nan_sum_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/nan_sum_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function nan_sum_backward_f64(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/nan_mean_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function nan_mean_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/nan_mean_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function nan_mean_backward_f64(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/variance_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param ddof `f64`
   * @returns `u32`
   */
  export function variance_forward_f64(y: number, x: number, outer: number, mid: number, inner: number, ddof: number): number;
  /**
   * assembly/double/reduce/variance_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param ddof `f64`
   * @returns `u32`
   */
  export function variance_backward_f64(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number, ddof: number): number;
  /**
   * assembly/double/reduce/std_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param ddof `f64`
   * @returns `u32`
   */
  export function std_forward_f64(y: number, x: number, outer: number, mid: number, inner: number, ddof: number): number;
  /**
   * assembly/double/reduce/std_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param ddof `f64`
   * @returns `u32`
   */
  export function std_backward_f64(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number, ddof: number): number;
  /**
   * assembly/double/reduce/logsumexp_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function logsumexp_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/logsumexp_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function logsumexp_backward_f64(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/any_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function any_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/reduce/all_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function all_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/safe/at_least_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function at_least_forward_f64(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/safe/at_least_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function at_least_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/safe/away_from_zero_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function away_from_zero_forward_f64(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/safe/away_from_zero_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @returns `u32`
   */
  export function away_from_zero_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/double/safe/within_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @param t `f64`
   * @returns `u32`
   */
  export function within_forward_f64(y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/double/safe/within_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @param t `f64`
   * @returns `u32`
   */
  export function within_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/double/safe/reciprocal_no_nan_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function reciprocal_no_nan_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/safe/reciprocal_no_nan_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function reciprocal_no_nan_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/safe/div_no_nan_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function div_no_nan_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/safe/div_no_nan_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function div_no_nan_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/safe/div_no_nan_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function div_no_nan_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/safe/mul_no_nan_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function mul_no_nan_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/safe/mul_no_nan_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function mul_no_nan_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/safe/mul_no_nan_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function mul_no_nan_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/safe/nan_to_num_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @param t `f64`
   * @param u `f64`
   * @returns `u32`
   */
  export function nan_to_num_forward_f64(y: number, x: number, n: number, s: number, t: number, u: number): number;
  /**
   * assembly/double/safe/nan_to_num_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f64`
   * @param t `f64`
   * @param u `f64`
   * @returns `u32`
   */
  export function nan_to_num_backward_f64(dx: number, dy: number, y: number, x: number, n: number, s: number, t: number, u: number): number;
  /**
   * assembly/double/scan/cumsum_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function cumsum_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/scan/cumsum_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function cumsum_backward_f64(dx: number, dy: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/scan/cumprod_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function cumprod_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/scan/cumprod_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function cumprod_backward_f64(dx: number, dy: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/scan/logcumsumexp_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function logcumsumexp_forward_f64(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/scan/logcumsumexp_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function logcumsumexp_backward_f64(dx: number, dy: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/double/softmax/softmax_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function softmax_forward_f64(y: number, x: number, rows: number, cols: number): number;
  /**
   * assembly/double/softmax/softmax_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function softmax_backward_f64(dx: number, dy: number, y: number, rows: number, cols: number): number;
  /**
   * assembly/double/softmax/log_softmax_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function log_softmax_forward_f64(y: number, x: number, rows: number, cols: number): number;
  /**
   * assembly/double/softmax/log_softmax_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function log_softmax_backward_f64(dx: number, dy: number, x: number, rows: number, cols: number): number;
  /**
   * assembly/double/stable/log1mexp_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1mexp_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/log1mexp_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1mexp_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/logexpm1_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logexpm1_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/logexpm1_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logexpm1_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/log1pmx_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1pmx_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/log1pmx_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1pmx_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/logit_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logit_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/logit_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logit_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/xlogx_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function xlogx_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/xlogx_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function xlogx_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/entr_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function entr_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/entr_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function entr_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/exprel_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exprel_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/exprel_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exprel_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/logcosh_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logcosh_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/logcosh_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logcosh_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/stable/logaddexp_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function logaddexp_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/stable/logaddexp_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function logaddexp_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/stable/logaddexp_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function logaddexp_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/stable/logsubexp_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function logsubexp_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/stable/logsubexp_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function logsubexp_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/stable/logsubexp_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function logsubexp_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/stable/xlogy_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function xlogy_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/stable/xlogy_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function xlogy_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/stable/xlogy_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function xlogy_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/stable/xlog1py_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function xlog1py_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/stable/xlog1py_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function xlog1py_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/stable/xlog1py_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function xlog1py_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/stable/rel_entr_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function rel_entr_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/stable/rel_entr_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function rel_entr_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/stable/rel_entr_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function rel_entr_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/stable/kl_div_forward_f64
   * @param y `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function kl_div_forward_f64(y: number, a: number, b: number): number;
  /**
   * assembly/double/stable/kl_div_backward_a_f64
   * @param da `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function kl_div_backward_a_f64(da: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/stable/kl_div_backward_b_f64
   * @param db `usize`
   * @param dy `usize`
   * @param a `usize`
   * @param b `usize`
   * @returns `u32`
   */
  export function kl_div_backward_b_f64(db: number, dy: number, a: number, b: number): number;
  /**
   * assembly/double/trigonometry/sin_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sin_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/sin_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sin_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/cos_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cos_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/cos_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cos_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/tan_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tan_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/tan_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tan_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/asin_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function asin_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/asin_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function asin_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/acos_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function acos_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/acos_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function acos_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/atan_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function atan_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/atan_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function atan_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/sinh_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sinh_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/sinh_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sinh_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/cosh_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cosh_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/cosh_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cosh_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/asinh_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function asinh_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/asinh_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function asinh_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/acosh_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function acosh_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/acosh_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function acosh_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/atanh_forward_f64
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function atanh_forward_f64(y: number, x: number, n: number): number;
  /**
   * assembly/double/trigonometry/atanh_backward_f64
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function atanh_backward_f64(dx: number, dy: number, y: number, x: number, n: number): number;
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
   * assembly/kernels/activation/relu6_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function relu6_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/relu6_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function relu6_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/hard_tanh_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @param t `f32`
   * @returns `u32`
   */
  export function hard_tanh_forward_f32(y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/kernels/activation/hard_tanh_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @param t `f32`
   * @returns `u32`
   */
  export function hard_tanh_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/kernels/activation/leaky_relu_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function leaky_relu_forward_f32(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/leaky_relu_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function leaky_relu_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/elu_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function elu_forward_f32(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/elu_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function elu_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/selu_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function selu_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/selu_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function selu_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/celu_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function celu_forward_f32(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/celu_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function celu_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/gelu_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function gelu_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/gelu_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function gelu_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/gelu_tanh_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function gelu_tanh_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/gelu_tanh_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function gelu_tanh_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/log_sigmoid_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_sigmoid_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/log_sigmoid_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_sigmoid_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/silu_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function silu_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/silu_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function silu_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/mish_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function mish_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/mish_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function mish_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/softplus_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function softplus_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/softplus_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function softplus_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/softsign_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function softsign_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/softsign_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function softsign_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/hard_sigmoid_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function hard_sigmoid_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/hard_sigmoid_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function hard_sigmoid_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/hard_swish_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function hard_swish_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/hard_swish_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function hard_swish_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/thresholded_relu_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function thresholded_relu_forward_f32(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/thresholded_relu_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function thresholded_relu_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/soft_shrink_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function soft_shrink_forward_f32(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/soft_shrink_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function soft_shrink_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/hard_shrink_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function hard_shrink_forward_f32(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/hard_shrink_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function hard_shrink_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/activation/tanh_shrink_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tanh_shrink_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/activation/tanh_shrink_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tanh_shrink_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
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
   * assembly/kernels/arithmetic/pow_forward_f32
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
  export function pow_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/pow_backward_a_f32
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
  export function pow_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/pow_backward_b_f32
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
  export function pow_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/maximum_forward_f32
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
  export function maximum_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/maximum_backward_a_f32
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
  export function maximum_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/maximum_backward_b_f32
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
  export function maximum_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/minimum_forward_f32
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
  export function minimum_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/minimum_backward_a_f32
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
  export function minimum_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/minimum_backward_b_f32
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
  export function minimum_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/mod_forward_f32
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
  export function mod_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/mod_backward_a_f32
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
  export function mod_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/mod_backward_b_f32
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
  export function mod_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/hypot_forward_f32
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
  export function hypot_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/hypot_backward_a_f32
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
  export function hypot_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/hypot_backward_b_f32
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
  export function hypot_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/atan2_forward_f32
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
  export function atan2_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/atan2_backward_a_f32
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
  export function atan2_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/atan2_backward_b_f32
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
  export function atan2_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/squared_difference_forward_f32
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
  export function squared_difference_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/squared_difference_backward_a_f32
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
  export function squared_difference_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/squared_difference_backward_b_f32
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
  export function squared_difference_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/prelu_forward_f32
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
  export function prelu_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/prelu_backward_a_f32
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
  export function prelu_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/arithmetic/prelu_backward_b_f32
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
  export function prelu_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
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
   * assembly/kernels/compare/logical_and_forward_f32
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
  export function logical_and_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/compare/logical_or_forward_f32
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
  export function logical_or_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/compare/logical_xor_forward_f32
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
  export function logical_xor_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/compare/logical_not_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logical_not_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/data/within_f32
   * @param x `usize`
   * @param n `usize`
   * @param limits `usize`
   * @param shifted `u32`
   * @returns `u32`
   */
  export function within_f32(x: number, n: number, limits: number, shifted: number): number;
  /**
   * assembly/kernels/data/within_columns_f32
   * @param x `usize`
   * @param n `usize`
   * @param limits `usize`
   * @param vectors `usize`
   * @param shifted `u32`
   * @returns `u32`
   */
  export function within_columns_f32(x: number, n: number, limits: number, vectors: number, shifted: number): number;
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
   * assembly/kernels/elementary/abs_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function abs_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/abs_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function abs_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/neg_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function neg_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/neg_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function neg_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/sign_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sign_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/sign_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sign_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/square_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function square_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/square_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function square_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/rsqrt_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function rsqrt_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/rsqrt_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function rsqrt_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/cbrt_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cbrt_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/cbrt_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cbrt_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/reciprocal_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function reciprocal_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/reciprocal_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function reciprocal_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/exp2_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exp2_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/exp2_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exp2_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/expm1_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function expm1_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/expm1_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function expm1_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/log2_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log2_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/log2_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log2_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/log10_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log10_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/log10_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log10_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/floor_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function floor_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/floor_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function floor_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/ceil_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function ceil_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/ceil_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function ceil_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/round_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function round_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/round_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function round_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/trunc_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function trunc_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/trunc_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function trunc_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/clip_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @param t `f32`
   * @returns `u32`
   */
  export function clip_forward_f32(y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/kernels/elementary/clip_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @param t `f32`
   * @returns `u32`
   */
  export function clip_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/kernels/elementary/erf_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function erf_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/erf_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function erf_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/erfc_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function erfc_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/erfc_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function erfc_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/ndtr_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function ndtr_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/ndtr_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function ndtr_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/log_ndtr_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_ndtr_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/elementary/log_ndtr_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log_ndtr_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/extreme/max_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function max_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/extreme/max_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function max_backward_f32(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/extreme/min_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function min_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/extreme/min_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function min_backward_f32(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/extreme/argmax_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function argmax_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/extreme/argmin_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function argmin_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/finite/peak_f32
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function peak_f32(x: number, n: number): number;
  /**
   * assembly/kernels/finite/all_finite_f32
   * @param x `usize`
   * @param n `usize`
   * @returns `i32`
   */
  export function all_finite_f32(x: number, n: number): number;
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
   * assembly/kernels/finite/census_f32
   * @param out `usize`
   * @param x `usize`
   * @param n `usize`
   */
  export function census_f32(out: number, x: number, n: number): void;
  /**
   * assembly/kernels/gated/glu_forward_f32
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
  export function glu_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/gated/glu_backward_a_f32
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
  export function glu_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/gated/glu_backward_b_f32
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
  export function glu_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/gated/glu_halves_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function glu_halves_backward_f32(dx: number, dy: number, x: number, outer: number, n: number): number;
  /**
   * assembly/kernels/gated/swiglu_forward_f32
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
  export function swiglu_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/gated/swiglu_backward_a_f32
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
  export function swiglu_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/gated/swiglu_backward_b_f32
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
  export function swiglu_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/gated/swiglu_halves_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function swiglu_halves_backward_f32(dx: number, dy: number, x: number, outer: number, n: number): number;
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
   * @param out `usize`
   * @param s `f64`
   */
  export function sgd_step_f32(p: number, g: number, n: number, lr: number, scale: number, out: number, s: number): void;
  /**
   * assembly/kernels/optimizer/sgd_momentum_step_f32
   * @param p `usize`
   * @param m `usize`
   * @param g `usize`
   * @param n `usize`
   * @param lr `f64`
   * @param momentum `f64`
   * @param scale `f64`
   * @param out `usize`
   * @param s `f64`
   */
  export function sgd_momentum_step_f32(p: number, m: number, g: number, n: number, lr: number, momentum: number, scale: number, out: number, s: number): void;
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
   * @param out `usize`
   * @param s `f64`
   */
  export function adam_step_f32(p: number, m: number, v: number, g: number, n: number, lr: number, beta1: number, beta2: number, eps: number, decay: number, scale: number, c1: number, c2: number, out: number, s: number): void;
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
   * assembly/kernels/reduce/norm1_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function norm1_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/norm1_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function norm1_backward_f32(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/norm2_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function norm2_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/norm2_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function norm2_backward_f32(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/sum_squares_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function sum_squares_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/sum_squares_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function sum_squares_backward_f32(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/nan_sum_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function nan_sum_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/nan_sum_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function nan_sum_backward_f32(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/nan_mean_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function nan_mean_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/nan_mean_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function nan_mean_backward_f32(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/variance_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param ddof `f64`
   * @returns `u32`
   */
  export function variance_forward_f32(y: number, x: number, outer: number, mid: number, inner: number, ddof: number): number;
  /**
   * assembly/kernels/reduce/variance_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param ddof `f64`
   * @returns `u32`
   */
  export function variance_backward_f32(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number, ddof: number): number;
  /**
   * assembly/kernels/reduce/std_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param ddof `f64`
   * @returns `u32`
   */
  export function std_forward_f32(y: number, x: number, outer: number, mid: number, inner: number, ddof: number): number;
  /**
   * assembly/kernels/reduce/std_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @param ddof `f64`
   * @returns `u32`
   */
  export function std_backward_f32(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number, ddof: number): number;
  /**
   * assembly/kernels/reduce/logsumexp_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function logsumexp_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/logsumexp_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function logsumexp_backward_f32(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/prod_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function prod_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/prod_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function prod_backward_f32(dx: number, dy: number, y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/any_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function any_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/all_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function all_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/reduce/copy_rows_f32
   * @param y `usize`
   * @param x `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @param stepY `usize`
   * @param stepX `usize`
   */
  export function copy_rows_f32(y: number, x: number, rows: number, cols: number, stepY: number, stepX: number): void;
  /**
   * assembly/kernels/safe/at_least_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function at_least_forward_f32(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/safe/at_least_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function at_least_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/safe/away_from_zero_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function away_from_zero_forward_f32(y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/safe/away_from_zero_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @returns `u32`
   */
  export function away_from_zero_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number): number;
  /**
   * assembly/kernels/safe/within_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @param t `f32`
   * @returns `u32`
   */
  export function within_forward_f32(y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/kernels/safe/within_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @param t `f32`
   * @returns `u32`
   */
  export function within_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number, t: number): number;
  /**
   * assembly/kernels/safe/reciprocal_no_nan_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function reciprocal_no_nan_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/safe/reciprocal_no_nan_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function reciprocal_no_nan_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/safe/nan_to_num_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @param t `f32`
   * @param u `f32`
   * @returns `u32`
   */
  export function nan_to_num_forward_f32(y: number, x: number, n: number, s: number, t: number, u: number): number;
  /**
   * assembly/kernels/safe/nan_to_num_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @param s `f32`
   * @param t `f32`
   * @param u `f32`
   * @returns `u32`
   */
  export function nan_to_num_backward_f32(dx: number, dy: number, y: number, x: number, n: number, s: number, t: number, u: number): number;
  /**
   * assembly/kernels/safe/div_no_nan_forward_f32
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
  export function div_no_nan_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/safe/div_no_nan_backward_a_f32
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
  export function div_no_nan_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/safe/div_no_nan_backward_b_f32
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
  export function div_no_nan_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/safe/mul_no_nan_forward_f32
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
  export function mul_no_nan_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/safe/mul_no_nan_backward_a_f32
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
  export function mul_no_nan_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/safe/mul_no_nan_backward_b_f32
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
  export function mul_no_nan_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/scan/cumsum_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function cumsum_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/scan/cumsum_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function cumsum_backward_f32(dx: number, dy: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/scan/cumprod_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function cumprod_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/scan/cumprod_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function cumprod_backward_f32(dx: number, dy: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/scan/logcumsumexp_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function logcumsumexp_forward_f32(y: number, x: number, outer: number, mid: number, inner: number): number;
  /**
   * assembly/kernels/scan/logcumsumexp_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param outer `usize`
   * @param mid `usize`
   * @param inner `usize`
   * @returns `u32`
   */
  export function logcumsumexp_backward_f32(dx: number, dy: number, x: number, outer: number, mid: number, inner: number): number;
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
  /**
   * assembly/kernels/softmax/log_softmax_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function log_softmax_forward_f32(y: number, x: number, rows: number, cols: number): number;
  /**
   * assembly/kernels/softmax/log_softmax_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param x `usize`
   * @param rows `usize`
   * @param cols `usize`
   * @returns `u32`
   */
  export function log_softmax_backward_f32(dx: number, dy: number, x: number, rows: number, cols: number): number;
  /**
   * assembly/kernels/stable/log1mexp_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1mexp_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/log1mexp_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1mexp_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/logexpm1_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logexpm1_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/logexpm1_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logexpm1_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/log1pmx_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1pmx_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/log1pmx_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function log1pmx_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/logit_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logit_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/logit_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logit_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/xlogx_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function xlogx_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/xlogx_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function xlogx_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/entr_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function entr_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/entr_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function entr_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/exprel_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exprel_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/exprel_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function exprel_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/logcosh_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logcosh_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/logcosh_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function logcosh_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/stable/logaddexp_forward_f32
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
  export function logaddexp_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/logaddexp_backward_a_f32
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
  export function logaddexp_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/logaddexp_backward_b_f32
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
  export function logaddexp_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/logsubexp_forward_f32
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
  export function logsubexp_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/logsubexp_backward_a_f32
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
  export function logsubexp_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/logsubexp_backward_b_f32
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
  export function logsubexp_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/xlogy_forward_f32
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
  export function xlogy_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/xlogy_backward_a_f32
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
  export function xlogy_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/xlogy_backward_b_f32
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
  export function xlogy_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/xlog1py_forward_f32
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
  export function xlog1py_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/xlog1py_backward_a_f32
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
  export function xlog1py_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/xlog1py_backward_b_f32
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
  export function xlog1py_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/rel_entr_forward_f32
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
  export function rel_entr_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/rel_entr_backward_a_f32
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
  export function rel_entr_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/rel_entr_backward_b_f32
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
  export function rel_entr_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/kl_div_forward_f32
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
  export function kl_div_forward_f32(y: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/kl_div_backward_a_f32
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
  export function kl_div_backward_a_f32(da: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/stable/kl_div_backward_b_f32
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
  export function kl_div_backward_b_f32(db: number, dy: number, a: number, b: number, rows: number, cols: number, rowA: number, colA: number, rowB: number, colB: number): number;
  /**
   * assembly/kernels/trigonometry/sin_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sin_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/sin_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sin_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/cos_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cos_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/cos_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cos_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/tan_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tan_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/tan_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function tan_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/asin_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function asin_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/asin_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function asin_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/acos_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function acos_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/acos_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function acos_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/atan_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function atan_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/atan_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function atan_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/sinh_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sinh_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/sinh_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function sinh_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/cosh_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cosh_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/cosh_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function cosh_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/asinh_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function asinh_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/asinh_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function asinh_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/acosh_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function acosh_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/acosh_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function acosh_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/atanh_forward_f32
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function atanh_forward_f32(y: number, x: number, n: number): number;
  /**
   * assembly/kernels/trigonometry/atanh_backward_f32
   * @param dx `usize`
   * @param dy `usize`
   * @param y `usize`
   * @param x `usize`
   * @param n `usize`
   * @returns `u32`
   */
  export function atanh_backward_f32(dx: number, dy: number, y: number, x: number, n: number): number;
}
/** Instantiates the compiled WebAssembly module with the given imports. */
export declare function instantiate(module: WebAssembly.Module, imports: {
}): Promise<typeof __AdaptedExports>;
