import { setTimeout as sleep } from 'node:timers/promises';

/** What the jobs tell: how many have started, the first one when, and when each, in ms. */
export class Starts {
  count = 0;
  first = 0;
  times = [];

  /** Forgets what was told. */
  reset() {
    this.count = 0;
    this.first = 0;
    this.times = [];
  }

  /** A job runs. */
  started(index) {
    const now = performance.now();
    if (this.count++ === 0) {
      this.first = now;
    }
    this.times[index] ??= now;
  }

  /** Returns when so many have started, or throws after the bound. */
  async await(expected, seconds) {
    const deadline = performance.now() + seconds * 1000;
    while (this.count < expected) {
      if (performance.now() > deadline) {
        throw new Error(`started ${this.count} of ${expected} jobs within ${seconds} s`);
      }
      await sleep(2);
    }
  }
}
