/** Every case, and those whose op does not exist yet. */
import { blind } from "./blind.js";
import { boundary } from "./boundary.js";
import type { NanCase, Waiting } from "./case.js";
import { chosen } from "./chosen.js";
import { field } from "./field.js";
import { kindsA } from "./kinds-a.js";
import { kindsB } from "./kinds-b.js";
import { kindsC } from "./kinds-c.js";
import { losses } from "./losses.js";
import { margins } from "./margins.js";
import { masks } from "./masks.js";
import { models } from "./models.js";
import { overflow } from "./overflow.js";
import { ownCases } from "./own.js";
import { practice } from "./practice.js";
import { programs } from "./programs.js";
import { reports } from "./reports.js";
import { singular } from "./singular.js";
import { softmaxes } from "./softmax.js";
import { written } from "./written.js";

export const cases: readonly NanCase[] = [
  ...masks,
  ...singular,
  ...softmaxes,
  ...overflow,
  ...boundary,
  ...ownCases,
  ...programs,
  ...field,
  ...models,
  ...margins,
  ...reports,
  ...blind,
  ...practice,
  ...kindsA,
  ...kindsB,
  ...kindsC,
  ...losses,
  ...chosen,
  ...written,
];

export const waiting: readonly Waiting[] = [
  { id: "21", name: "WGAN-GP as written", why: "needs double backward; its formula is case 21" },
  { id: "30", name: "the SVD itself", why: "no svd; its F matrix is case 30" },
  {
    id: "32",
    name: "the mask in float16",
    why: "no float16 or bfloat16; in float32 it is case 32",
  },
  { id: "45", name: "the epsilon in float16", why: "no float16; in float32 it is case 45" },
  { id: "49", name: "CTC with a target longer than the input", why: "no ctc loss" },
  { id: "55", name: "attention as one kernel", why: "no attention; its softmax is case 55" },
];
