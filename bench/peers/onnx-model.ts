/** Writes ONNX models: the few messages of the protobuf that a graph of nodes and constants needs. */

type Bytes = Uint8Array<ArrayBuffer>;

export const FLOAT = 1;
export const INT64 = 7;
const [IR_VERSION, OPSET] = [9, 21];

function join(parts: readonly Bytes[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): Bytes {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

function integer(field: number, value: number): Bytes {
  return join([varint(field * 8), varint(value)]);
}

function block(field: number, content: Bytes | string): Bytes {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return join([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

/** An attribute of one integer, not negative. */
function attribute(name: string, value: number): Bytes {
  return join([block(1, name), integer(3, value), integer(20, 2)]);
}

export function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number>> = {},
): Bytes {
  return join([
    ...inputs.map((name) => block(1, name)),
    block(2, output),
    block(3, `${op} ${output}`),
    block(4, op),
    ...Object.entries(attributes).map(([name, value]) => block(5, attribute(name, value))),
  ]);
}

export function constant(name: string, dims: readonly number[], data: Float32Array): Bytes {
  const bytes = new Uint8Array(data.length * 4);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return join([
    ...dims.map((dim) => integer(1, dim)),
    integer(2, FLOAT),
    block(8, name),
    block(9, bytes),
  ]);
}

/** A named value of the graph; without dims, of whatever shape. */
export function value(name: string, type: number, dims?: readonly number[]): Bytes {
  const shape = (dims ?? []).map((dim) => block(1, integer(1, dim)));
  const tensor = join([integer(1, type), ...(dims ? [block(2, join(shape))] : [])]);
  return join([block(1, name), block(2, block(1, tensor))]);
}

interface Graph {
  readonly nodes: readonly Bytes[];
  readonly constants: readonly Bytes[];
  readonly inputs: readonly Bytes[];
  readonly outputs: readonly Bytes[];
}

export function model({ nodes, constants, inputs, outputs }: Graph): Bytes {
  const graph = join([
    ...nodes.map((bytes) => block(1, bytes)),
    block(2, "graph"),
    ...constants.map((bytes) => block(5, bytes)),
    ...inputs.map((bytes) => block(11, bytes)),
    ...outputs.map((bytes) => block(12, bytes)),
  ]);
  const opset = join([block(1, ""), integer(2, OPSET)]);
  return join([integer(1, IR_VERSION), block(7, graph), block(8, opset)]);
}
