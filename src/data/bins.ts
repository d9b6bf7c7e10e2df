/**
 * The counts of a sketch, bin by bin. The package's own store has every bin between the least and the largest: of
 * 1e-300 and 3e38, more than its calls can take. Here only runs of bins are there in which something is.
 */

/** Bins that lie together. */
const RUN = 256;

/** What the package asks of a store. */
export class Bins {
  count = 0;
  /** Counts of the bins from RUN · key on. */
  readonly #runs = new Map<number, Float64Array>();

  #run(key: number): Float64Array {
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const fresh = new Float64Array(RUN);
    this.#runs.set(key, fresh);
    return fresh;
  }

  add(key: number, weight: number): void {
    const at = Math.floor(key / RUN);
    const run = this.#run(at);
    const i = key - at * RUN;
    run[i] = (run[i] as number) + weight;
    this.count += weight;
  }

  /** The bin of what would be at that rank if all stood in order. */
  keyAtRank(rank: number): number {
    let passed = 0;
    let last = 0;
    for (const at of [...this.#runs.keys()].sort((a, b) => a - b)) {
      for (const [i, count] of (this.#runs.get(at) as Float64Array).entries()) {
        if (count === 0) continue;
        last = at * RUN + i;
        passed += count;
        if (passed > rank) return last;
      }
    }
    return last;
  }

  merge(other: Bins): void {
    for (const [at, counts] of other.#runs) {
      const run = this.#run(at);
      counts.forEach((count, i) => {
        run[i] = (run[i] as number) + count;
      });
    }
    this.count += other.count;
  }

  /** The package copies where nothing has been counted yet. */
  copy(other: Bins): void {
    this.merge(other);
  }
}
