/** Lets the diagnosis try its advice: the functions that it is written in. */
import { tensor, zeros } from "./create.js";
import { know } from "./diagnosis/rerun.js";
import { cast } from "./ops/cast.js";
import { clone } from "./ops/clone.js";
import { ops } from "./ops/index.js";
import * as safe from "./ops/safe.js";
import { noGrad } from "./tape.js";

know({ ...ops, ...safe, cast, clone, noGrad, tensor, zeros });
