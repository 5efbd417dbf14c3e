// --peer pg-boss|graphile-worker --case NAME --url postgres://… [--jobs N] [--seconds S]
// [--clients 16,64], the password in PGPASSWORD. Prints one JSON object as its last line, or says
// on standard error why it cannot and exits with 1.
import { readFile } from 'node:fs/promises';
import { runCase } from './cases.mjs';
import { Starts } from './starts.mjs';

const PEERS = ['pg-boss', 'graphile-worker'];

function options(args) {
  const given = { jobs: '20000', seconds: '10', clients: '16,64' };
  for (let i = 0; i < args.length; i += 2) {
    given[args[i].replace(/^--/, '')] = args[i + 1];
  }
  return {
    ...given,
    jobs: Number(given.jobs),
    seconds: Number(given.seconds),
    clients: given.clients.split(',').map(Number),
  };
}

async function version(peer) {
  const file = new URL(`./node_modules/${peer}/package.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')).version;
}

async function main() {
  const asked = options(process.argv.slice(2));
  if (!PEERS.includes(asked.peer)) {
    throw new Error(`peer ${asked.peer} is none of ${PEERS.join(', ')}`);
  }
  const { create } = await import(`./${asked.peer}.mjs`);
  const starts = new Starts();
  const peer = await create(asked, starts);
  const told = {
    peer: asked.peer,
    version: `${await version(asked.peer)} (Node.js ${process.versions.node})`,
    settings: peer.settings,
    case: asked.case,
    figures: await runCase(peer, starts, asked),
  };
  process.stdout.write(JSON.stringify(told) + '\n', () => process.exit(0));
}

main().catch((e) => {
  process.stderr.write(`${e.message}\n`);
  process.exit(1);
});
