import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file alone; a directory's files with that ending, all the way down, in the order of their names; nothing where there is nothing. */
export function filesUnder(path, ending) {
  if (!existsSync(path)) {
    return [];
  }

  if (!statSync(path).isDirectory()) {
    return [path];
  }

  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && (entry.isDirectory() || (entry.name.endsWith(ending) && !entry.name.includes('.received.'))))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesUnder(join(path, entry.name), ending));
}
