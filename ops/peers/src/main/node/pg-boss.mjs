// pg-boss: one row a job, kept when it is done.
import pg from 'pg';
import { PgBoss } from 'pg-boss';

const QUEUE = 'noop';

// One for each of 64 callers and some for itself; the server allows 100.
const CONNECTIONS = 72;

// Its types: a fetch and a completion are one statement each for a whole batch, and in burst mode
// a full batch is followed by the next at once. 0.5 s is the shortest polling it takes.
const WORK = {
  batchSize: 500,
  localConcurrency: 4,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 0.5,
};

export async function create({ case: name, url }, starts) {
  // It is for latency, and costs every insert a NOTIFY, so only the case of latency has it.
  const notify = name === 'pick-up';
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const boss = new PgBoss({
    connectionString: url,
    max: CONNECTIONS,
    useListenNotify: notify,
    schedule: false,
  });
  boss.on('error', (e) => process.stderr.write(`${e.message}\n`));
  await boss.start();
  await boss.createQueue(QUEUE, { notify });
  return {
    settings:
      `batchSize ${WORK.batchSize}, ${WORK.localConcurrency} workers, burst on full batches, ` +
      `polling ${WORK.pollingIntervalSeconds} s${notify ? ', LISTEN/NOTIFY' : ''}, insert of arrays`,
    submit: (i) => boss.send(QUEUE, { i }),
    submitAll: async (count) => {
      // 1,000 rows a statement, so that the parameter stays small.
      for (let from = 0; from < count; from += 1000) {
        const size = Math.min(1000, count - from);
        await boss.insert(
          QUEUE,
          Array.from({ length: size }, (_, i) => ({ data: { i: from + i } })),
        );
      }
    },
    start: () =>
      boss.work(QUEUE, WORK, async (jobs) => {
        for (const job of jobs) {
          starts.started(job.data.i);
        }
      }),
    stop: () => boss.offWork(QUEUE, { wait: true }),
    hasUnfinished: async () =>
      (await pool.query(`SELECT 1 FROM pgboss.job WHERE state < 'completed' LIMIT 1`)).rowCount > 0,
    empty: () => pool.query('TRUNCATE pgboss.job CASCADE'),
  };
}
