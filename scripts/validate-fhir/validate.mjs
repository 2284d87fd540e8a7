// Usage: npm run fhir -- <directory or file> ...
// Exit 0: every resource judged and none with an error. 1: an error, or a path without resources. 2: the judges are not fit to judge.
import { readFileSync } from 'node:fs';
import { filesUnder } from '../files.mjs';
import { judge, resourcesIn } from './judges.mjs';
import { clean, planted } from './planted.mjs';

const leastCaught = 12;

function judgesAreFit() {
  const wronged = clean.flatMap((resource) => judge(resource));
  const missed = Object.entries(planted).filter(([, resource]) => judge(resource).length === 0);
  const caught = Object.keys(planted).length - missed.length;
  wronged.forEach((error) => console.error(`error in a clean resource: ${error}`));
  missed.forEach(([name]) => console.log(`planted fault missed by both judges: ${name}`));
  console.log(`planted faults caught: ${caught} of ${Object.keys(planted).length} (at least ${leastCaught} are demanded)`);
  return wronged.length === 0 && caught >= leastCaught;
}

// R4 http.html, 3.1.0.11.2: inside a transaction a reference may be a search, which the server resolves. fhir.js reads the part before the slash as the
// type and knows none: it is shown what the server would put there. Anywhere else such a reference stays, and is an error.
function resolved(resource) {
  return resource?.resourceType === 'Bundle' && resource.type === 'transaction'
    ? JSON.parse(JSON.stringify(resource), (name, value) => (name === 'reference' && typeof value === 'string' ? value.replace(/^([A-Z][A-Za-z]+)\?.+$/, '$1/found-by-search') : value))
    : resource;
}

function judgeFile(file) {
  let resource;
  try {
    resource = resolved(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    return { count: 0, errors: [`not JSON: ${error.message}`] };
  }

  return resource?.resourceType ? { count: resourcesIn(resource).length, errors: judge(resource) } : { count: 0, errors: [] };
}

const paths = process.argv.slice(2);
if (paths.length === 0) {
  console.error('usage: npm run fhir -- <directory or file> ...');
  process.exit(2);
}

if (!judgesAreFit()) {
  process.exit(2);
}

let [files, resources, faulty, empty] = [0, 0, 0, 0];
for (const path of paths) {
  let here = 0;
  for (const file of filesUnder(path, '.json')) {
    const { count, errors } = judgeFile(file);
    files += count > 0 ? 1 : 0;
    here += count;
    faulty += errors.length > 0 ? 1 : 0;
    errors.forEach((error) => console.error(`${file}: ${error}`));
  }

  resources += here;
  empty += here === 0 ? 1 : 0;
  console.log(`  ${here} resources in ${path}`);
}

console.log(`judged ${resources} resources in ${files} files: ${faulty} files with errors${empty > 0 ? `, ${empty} paths without resources` : ''}`);
process.exit(faulty === 0 && empty === 0 ? 0 : 1);
