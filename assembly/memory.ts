/**
 * The heap: AssemblyScript's TLSF allocator, 16-byte aligned. When memory cannot grow the
 * allocator traps before it has changed anything; the facade turns that into OutOfMemoryError.
 */

/** A block of `bytes`, uninitialised, aligned to 16. */
export function alloc(bytes: usize): usize {
  return heap.alloc(bytes);
}

/** Gives a block of alloc() back. */
export function free(block: usize): void {
  heap.free(block);
}

let scratch: usize = 0;
let scratchBytes: usize = 0;

/** Memory for the run of one kernel, kept for the next: it only ever grows. */
export function workspace(bytes: usize): usize {
  if (bytes > scratchBytes) {
    if (scratch) heap.free(scratch);
    scratch = 0;
    scratchBytes = 0;
    scratch = heap.alloc(bytes);
    scratchBytes = bytes;
  }
  return scratch;
}
