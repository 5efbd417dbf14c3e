// The cases as in PeerCases.java: the same steps, the same names of figures.
import { setTimeout as sleep } from 'node:timers/promises';

const REPETITIONS = 3;
const WARM_UP_JOBS = 20_000;
const MOST_UNFINISHED = 20_000;
const END_TO_END_BATCH = 1000;
const LONGEST_SECONDS = 300;

export async function runCase(peer, starts, { case: name, jobs, seconds, clients }) {
  switch (name) {
    case 'submit-single':
      return submitSingle(peer, clients, seconds);
    case 'submit-bulk':
      return { 'jobs-per-second': await submitBulk(peer, jobs) };
    case 'drain':
      return { 'jobs-per-second': await drain(peer, starts, jobs) };
    case 'end-to-end':
      return { 'jobs-per-second': await endToEnd(peer, starts, seconds) };
    case 'pick-up':
      return pickUp(peer, starts, seconds);
    default:
      throw new Error(`case ${name} is unknown`);
  }
}

const percentile = (values, share) => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
};

const median = (values) => percentile(values, 0.5);

/** Callers that each submit a job as soon as their last is stored; nothing runs meanwhile. */
async function submitSingle(peer, clients, seconds) {
  const figures = {};
  await closedLoop(peer, clients[0], 2);
  for (const count of clients) {
    await peer.empty();
    const millis = await closedLoop(peer, count, seconds);
    figures[`submits-per-second@${count}`] = millis.length / seconds;
    for (const p of [50, 95, 99]) {
      figures[`p${p}@${count}`] = percentile(millis, p / 100);
    }
  }
  return figures;
}

async function closedLoop(peer, clients, seconds) {
  const until = performance.now() + seconds * 1000;
  const millis = [];
  const client = async () => {
    for (let began = performance.now(); began < until; ) {
      await peer.submit(millis.length);
      const now = performance.now();
      if (now < until) {
        millis.push(now - began);
      }
      began = now;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return millis;
}

async function submitBulk(peer, jobs) {
  await peer.submitAll(Math.min(jobs, WARM_UP_JOBS));
  const rates = [];
  for (let i = 0; i < REPETITIONS; i++) {
    await peer.empty();
    const began = performance.now();
    await peer.submitAll(jobs);
    rates.push((jobs * 1000) / (performance.now() - began));
  }
  return median(rates);
}

/** Queued while it is stopped; from the first start until all are recorded as done. */
async function drain(peer, starts, jobs) {
  await drainOnce(peer, starts, Math.min(jobs, WARM_UP_JOBS));
  const rates = [];
  for (let i = 0; i < REPETITIONS; i++) {
    await peer.empty();
    rates.push(await drainOnce(peer, starts, jobs));
  }
  return median(rates);
}

async function drainOnce(peer, starts, jobs) {
  starts.reset();
  await peer.submitAll(jobs);
  await peer.start();
  await starts.await(jobs, LONGEST_SECONDS);
  while (await peer.hasUnfinished()) {
    await sleep(2);
  }
  const ended = performance.now();
  await peer.stop();
  return (jobs * 1000) / (ended - starts.first);
}

/** Submitting in bulk and running at once, with a bound on what waits; after a warm-up. */
async function endToEnd(peer, starts, seconds) {
  starts.reset();
  await peer.start();
  await peer.submitAll(END_TO_END_BATCH);
  await starts.await(1, 60); // One that polls rarely has not begun until then.
  const submitted = await feed(peer, starts, END_TO_END_BATCH, performance.now() + 3000);
  const before = starts.count;
  const began = performance.now();
  await feed(peer, starts, submitted, began + seconds * 1000);
  return ((starts.count - before) * 1000) / (performance.now() - began);
}

async function feed(peer, starts, submittedBefore, until) {
  let submitted = submittedBefore;
  while (performance.now() < until) {
    if (submitted - starts.count <= MOST_UNFINISHED - END_TO_END_BATCH) {
      await peer.submitAll(END_TO_END_BATCH);
      submitted += END_TO_END_BATCH;
    } else {
      await sleep(2);
    }
  }
  return submitted;
}

async function pickUp(peer, starts, seconds) {
  const figures = {};
  await peer.start();
  for (const rate of [50, 500]) {
    const millis = await openLoop(peer, starts, rate, seconds);
    figures[`start-p50@${rate}`] = percentile(millis, 0.5);
    figures[`start-p99@${rate}`] = percentile(millis, 0.99);
  }
  await peer.stop();
  return figures;
}

/** Submits at a steady rate, whatever becomes of it; from stored to started, in ms. */
async function openLoop(peer, starts, rate, seconds) {
  const warmUp = rate * 2;
  const jobs = warmUp + rate * seconds;
  starts.reset();
  const stored = [];
  const calls = [];
  const began = performance.now();
  while (calls.length < jobs) {
    const due = Math.min(jobs, Math.floor(((performance.now() - began) * rate) / 1000) + 1);
    while (calls.length < due) {
      const index = calls.length;
      calls.push(peer.submit(index).then(() => (stored[index] = performance.now())));
    }
    await sleep(1);
  }
  await Promise.all(calls);
  await starts.await(jobs, 60);
  // A job that ran before its caller knew took none.
  return stored.map((at, i) => Math.max(0, starts.times[i] - at)).slice(warmUp);
}
