// Usage: npm run pages -- <directory or file> ...
// Exit 0: every page judged and none with a fault. 1: a fault, or a path without pages. 2: the checker is not fit to judge.
import { readFileSync } from 'node:fs';
import { filesUnder } from '../files.mjs';
import { judge } from './judge.mjs';
import { clean, planted } from './planted.mjs';

const leastCaught = 20;

async function checkerIsFit() {
  const wronged = await judge(clean);
  const missed = [];
  for (const [name, html] of Object.entries(planted)) {
    if ((await judge(html)).length === 0) {
      missed.push(name);
    }
  }

  const all = Object.keys(planted).length;
  wronged.forEach((fault) => console.error(`fault in a clean page: ${fault}`));
  missed.forEach((name) => console.log(`planted page fault missed: ${name}`));
  console.log(`planted page faults caught: ${all - missed.length} of ${all} (at least ${leastCaught} are demanded)`);
  return wronged.length === 0 && all - missed.length >= leastCaught;
}

const paths = process.argv.slice(2);
if (paths.length === 0) {
  console.error('usage: npm run pages -- <directory or file> ...');
  process.exit(2);
}

if (!(await checkerIsFit())) {
  process.exit(2);
}

let [pages, faulty, empty] = [0, 0, 0];
for (const path of paths) {
  const files = filesUnder(path, '.html');
  for (const file of files) {
    const faults = await judge(readFileSync(file, 'utf8'));
    faulty += faults.length > 0 ? 1 : 0;
    faults.forEach((fault) => console.error(`${file}: ${fault}`));
  }

  pages += files.length;
  empty += files.length === 0 ? 1 : 0;
  console.log(`  ${files.length} pages in ${path}`);
}

console.log(`judged ${pages} pages: ${faulty} pages with faults${empty > 0 ? `, ${empty} paths without pages` : ''}`);
process.exit(faulty === 0 && empty === 0 ? 0 : 1);
