/** Every op's row. A missing one does not compile. */
import type { OpName } from "../../src/ops/index.js";
import type { Spec } from "../kit/spec.js";
import { activation } from "./activation.js";
import { arithmetic } from "./arithmetic.js";
import { compare } from "./compare.js";
import { elementary } from "./elementary.js";
import { extreme } from "./extreme.js";
import { gated } from "./gated.js";
import { loss } from "./loss.js";
import { matrix } from "./matmul.js";
import { norm } from "./norm.js";
import { reduce } from "./reduce.js";
import { safe } from "./safe.js";
import { scan } from "./scan.js";
import { soft } from "./softmax.js";
import { stable } from "./stable.js";
import { trigonometry } from "./trigonometry.js";

export const specs: Record<OpName, Spec> = {
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
  ...soft,
  ...stable,
  ...trigonometry,
} satisfies Record<OpName, Spec>;
