// Usage: npm run validate -- <directory or file> ...
// Exit 0: every resource judged and none with an error. 1: an error, or nothing to judge. 2: the judges are not fit to judge.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { judge, resourcesIn } from './judges.mjs';
import { clean, planted } from './planted.mjs';

const leastCaught = 12;

function filesUnder(path) {
  if (!statSync(path).isDirectory()) {
    return [path];
  }

  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && (entry.isDirectory() || entry.name.endsWith('.json')))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesUnder(join(path, entry.name)));
}

function judgesAreFit() {
  const wronged = clean.flatMap((resource) => judge(resource));
  const missed = Object.entries(planted).filter(([, resource]) => judge(resource).length === 0);
  const caught = Object.keys(planted).length - missed.length;
  wronged.forEach((error) => console.error(`error in a clean resource: ${error}`));
  missed.forEach(([name]) => console.log(`planted fault missed by both judges: ${name}`));
  console.log(`planted faults caught: ${caught} of ${Object.keys(planted).length} (at least ${leastCaught} are demanded)`);
  return wronged.length === 0 && caught >= leastCaught;
}

function judgeFile(file) {
  let resource;
  try {
    resource = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return { count: 0, errors: [`not JSON: ${error.message}`] };
  }

  return resource?.resourceType ? { count: resourcesIn(resource).length, errors: judge(resource) } : { count: 0, errors: [] };
}

const paths = process.argv.slice(2);
if (paths.length === 0) {
  console.error('usage: npm run validate -- <directory or file> ...');
  process.exit(2);
}

if (!judgesAreFit()) {
  process.exit(2);
}

let [files, resources, faulty] = [0, 0, 0];
for (const file of paths.flatMap(filesUnder)) {
  const { count, errors } = judgeFile(file);
  files += count > 0 ? 1 : 0;
  resources += count;
  faulty += errors.length > 0 ? 1 : 0;
  errors.forEach((error) => console.error(`${file}: ${error}`));
}

console.log(`judged ${resources} resources in ${files} files: ${faulty} files with errors`);
process.exit(resources > 0 && faulty === 0 ? 0 : 1);
