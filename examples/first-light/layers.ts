/** How large the numbers in a network are, and how far from overflow. */
import { type Checkable, health } from "../../src/index.js";
import { short } from "./show.js";

export interface Layer {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly absMax: number;
  /** Powers of two between absMax and the largest float. */
  readonly headroom: number;
}

/** The range of each tensor, by name. */
export function ranges(tensors: Readonly<Record<string, Checkable>>): Layer[] {
  return Object.entries(tensors).map(([name, values]) => {
    const { min, max, absMax, headroom } = health(values);
    return { name, min, max, absMax, headroom };
  });
}

export function showLayers(layers: readonly Layer[]): void {
  const rows = layers.map(({ name, min, max, absMax, headroom }) => [
    name,
    { min: short(min), max: short(max), absMax: short(absMax), headroom: short(headroom) },
  ]);
  console.table(Object.fromEntries(rows));
}
