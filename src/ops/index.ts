/**
 * Every op, by family. The last lines are checked by the compiler: a kernel without an op is an error
 * that names it.
 */
import * as activation from "./activation.js";
import * as arithmetic from "./arithmetic.js";
import * as compare from "./compare.js";
import type { Stem, Stem64 } from "./define.js";
import * as elementary from "./elementary.js";
import * as extreme from "./extreme.js";
import * as gated from "./gated.js";
import * as loss from "./loss.js";
import * as matrix from "./matmul.js";
import * as norm from "./norm.js";
import * as reduce from "./reduce.js";
import {
  atLeast,
  awayFromZero,
  divNoNan,
  mulNoNan,
  nanToNum,
  reciprocalNoNan,
  within,
} from "./safe.js";
import * as scan from "./scan.js";
import * as soft from "./softmax.js";
import * as stable from "./stable.js";
import * as trigonometry from "./trigonometry.js";

/** The ops, by the name they are exported under. */
export const ops = {
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
  atLeast,
  awayFromZero,
  divNoNan,
  mulNoNan,
  nanToNum,
  reciprocalNoNan,
  within,
  ...scan,
  ...soft,
  ...stable,
  ...trigonometry,
} as const;

export type OpName = keyof typeof ops;

type Covered = NonNullable<(typeof ops)[OpName]["stem"]>;
type Uncovered = Exclude<Stem | Stem64, Covered>;
/** Fails to compile while a forward kernel has no op: the missing stem is in the message. */
true satisfies [Uncovered] extends [never] ? true : `no op for kernel ${Uncovered}`;
