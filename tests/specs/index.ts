/** Every op's row. A missing one does not compile. */
import type { OpName } from "../../src/ops/index.js";
import type { Spec } from "../kit/spec.js";
import { activation } from "./activation.js";
import { arithmetic } from "./arithmetic.js";
import { compare } from "./compare.js";
import { elementary } from "./elementary.js";
import { loss } from "./loss.js";
import { matrix } from "./matmul.js";
import { norm } from "./norm.js";
import { reduce } from "./reduce.js";
import { soft } from "./softmax.js";

export const specs: Record<OpName, Spec> = {
  ...activation,
  ...arithmetic,
  ...compare,
  ...elementary,
  ...loss,
  ...matrix,
  ...norm,
  ...reduce,
  ...soft,
} satisfies Record<OpName, Spec>;
