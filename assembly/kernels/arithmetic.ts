/**
 * Arithmetic   y[rows, cols] = a ∘ b with broadcasting.
 *
 * Strides count elements: a row stride of 0 repeats a row, a column stride of 0 one element along
 * its row. The backward kernels give a cotangent at the full shape; what was broadcast is summed
 * back by sum_forward_f32.
 */
import { lanes, Peak, zip, zipGradA, zipGradB } from "../loops";
import { Binary } from "../op";
import { Plus } from "../parts";

/** y = a + b      da = dy      db = dy */
@final
class Add extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return dy;
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return dy;
  }
}

/** y = a − b      da = dy      db = −dy */
@final
class Sub extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.sub(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return dy;
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return f32x4.neg(dy);
  }
}

/** y = a · b      da = dy · b      db = dy · a */
@final
class Mul extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.mul(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return f32x4.mul(dy, b);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return f32x4.mul(dy, a);
  }
}

/** y = a / b      da = dy / b      db = −(dy · (a / b)) / b, for b² may leave the range of f32 */
@final
class Div extends Binary {
  @inline forward(a: v128, b: v128): v128 {
    return f32x4.div(a, b);
  }
  @inline backwardA(a: v128, b: v128, dy: v128): v128 {
    return f32x4.div(dy, b);
  }
  @inline backwardB(a: v128, b: v128, dy: v128): v128 {
    return f32x4.neg(f32x4.div(f32x4.mul(dy, f32x4.div(a, b)), b));
  }
}

/** y += x over n elements, in place: how the gradients of a tensor used twice meet. */
export function accumulate_f32(y: usize, x: usize, n: usize): u32 {
  const none = i32x4.splat(0);
  return Peak.word(lanes<Plus>(y, y, x, 0, n, none, none, none, none));
}

export function add_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<Add>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function add_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<Add>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function add_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<Add>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function sub_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<Sub>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function sub_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<Sub>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function sub_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<Sub>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mul_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<Mul>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mul_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<Mul>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function mul_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<Mul>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function div_forward_f32(
  y: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zip<Div>(y, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function div_backward_a_f32(
  da: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradA<Div>(da, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
export function div_backward_b_f32(
  db: usize,
  dy: usize,
  a: usize,
  b: usize,
  rows: usize,
  cols: usize,
  rowA: usize,
  colA: usize,
  rowB: usize,
  colB: usize,
): u32 {
  return zipGradB<Div>(db, dy, a, b, rows, cols, rowA, colA, rowB, colB);
}
