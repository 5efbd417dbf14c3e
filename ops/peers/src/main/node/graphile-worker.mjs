// Graphile Worker: one row a job, deleted when it is done.
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';

// One for each of 64 callers and some to spare, beside the workers' own; the server allows 100.
const CLIENT_CONNECTIONS = 68;

// As its page on performance has it for the figures it publishes.
const WORKER = {
  concurrentJobs: 24,
  maxPoolSize: 25,
  localQueue: { size: 500 },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
};

// It logs every job otherwise, on standard output.
const quiet = new Logger(() => (level, message) => {
  if (level === 'error') {
    process.stderr.write(`${message}\n`);
  }
});

export async function create({ url }, starts) {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const utils = await makeWorkerUtils({
    preset: { worker: { connectionString: url, maxPoolSize: CLIENT_CONNECTIONS, logger: quiet } },
  });
  await utils.migrate();
  let runner;
  return {
    settings:
      `${WORKER.concurrentJobs} concurrent jobs, local queue of ${WORKER.localQueue.size}, ` +
      `completions batched with delay ${WORKER.completeJobBatchDelay}, addJobs`,
    submit: (i) => utils.addJob('noop', { i }),
    submitAll: async (count) => {
      for (let from = 0; from < count; from += 10_000) {
        const size = Math.min(10_000, count - from);
        await utils.addJobs(
          Array.from({ length: size }, (_, i) => ({
            identifier: 'noop',
            payload: { i: from + i },
          })),
        );
      }
    },
    start: async () => {
      runner = await run({
        preset: { worker: { connectionString: url, logger: quiet, ...WORKER } },
        taskList: { noop: async ({ i }) => starts.started(i) },
        noHandleSignals: true,
      });
    },
    stop: () => runner.stop(),
    hasUnfinished: async () =>
      (await pool.query('SELECT 1 FROM graphile_worker._private_jobs LIMIT 1')).rowCount > 0,
    empty: () => pool.query('TRUNCATE graphile_worker._private_jobs'),
  };
}
