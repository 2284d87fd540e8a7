// The bill of materials of what is shipped (CycloneDX 1.5, JSON), from what NuGet restored for Hub.Proxy, and a check of every licence in it.
//   node scripts/sbom.mjs [OUT]      writes OUT (default artifacts/sbom.cdx.json)
// Status 1 where a package names no licence, or one that is not on the list below.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Licences under which a trust may run, change and pass on what it is given.
const allowed = new Set(['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'PostgreSQL', 'MS-PL', 'MPL-2.0', 'Apache-2.0 OR MPL-2.0', 'Apache-2.0 OR MS-PL']);

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = process.argv[2] ?? join(root, 'artifacts/sbom.cdx.json');
const assetsPath = join(root, 'artifacts/obj/Hub.Proxy/project.assets.json');
if (!existsSync(assetsPath)) { console.error('sbom: nothing is restored; build first'); process.exit(2); }
const assets = JSON.parse(readFileSync(assetsPath, 'utf8'));
const target = Object.entries(assets.targets).find(([name]) => !name.includes('/'))[1];
const folders = Object.keys(assets.packageFolders);
const version = /<Version>(.*)<\/Version>/.exec(readFileSync(join(root, 'Directory.Build.props'), 'utf8'))[1];

const shipped = Object.entries(target).filter(([, t]) => t.type === 'package' && (t.runtime || t.runtimeTargets || t.native || t.resource));
const wrong = [];
const components = shipped.map(([key]) => {
  const [name, v] = key.split('/');
  const library = assets.libraries[key];
  const folder = folders.map(f => join(f, library.path)).find(existsSync);
  const nuspec = readFileSync(join(folder, library.files.find(f => f.endsWith('.nuspec'))), 'utf8');
  const expression = /<license type="expression">([^<]+)</.exec(nuspec)?.[1];
  if (!expression) wrong.push(`${key}: names no licence`);
  else if (!allowed.has(expression)) wrong.push(`${key}: ${expression}`);
  return {
    type: 'library', 'bom-ref': `pkg:nuget/${name}@${v}`, name, version: v, purl: `pkg:nuget/${name}@${v}`,
    hashes: [{ alg: 'SHA-512', content: Buffer.from(library.sha512, 'base64').toString('hex') }],
    ...(expression ? { licenses: [{ expression }] } : {}),
  };
}).sort((a, b) => a['bom-ref'] < b['bom-ref'] ? -1 : 1);
// The typeface of the PDFs is downloaded and built in, not referenced: the package is MIT, the faces in it are Inter under the SIL Open Font License 1.1.
const downloads = Object.values(JSON.parse(readFileSync(join(root, 'artifacts/obj/Hub.Adapters/project.assets.json'), 'utf8')).project.frameworks).flatMap(f => f.downloadDependencies ?? []);
for (const { name, version: range } of downloads.filter(d => d.name === 'Avalonia.Fonts.Inter')) {
  const v = /[\d.]+/.exec(range)[0];
  components.push({ type: 'library', 'bom-ref': `pkg:nuget/${name}@${v}`, name, version: v, purl: `pkg:nuget/${name}@${v}`, licenses: [{ expression: 'MIT AND OFL-1.1' }] });
}
if (!components.some(c => c.name === 'Avalonia.Fonts.Inter')) wrong.push('Avalonia.Fonts.Inter: the typeface that is built in is not on the bill');
const frontend = JSON.parse(readFileSync(join(root, 'Hub.Proxy/OperatorConsole/Frontend/package-lock.json'), 'utf8')).packages;
for (const [path, p] of Object.entries(frontend).filter(([path]) => path)) {
  const name = path.replace('node_modules/', '');
  if (!allowed.has(p.license)) wrong.push(`${name}: ${p.license ?? 'names no licence'}`);
  components.push({ type: 'library', 'bom-ref': `pkg:npm/${name}@${p.version}`, name, version: p.version, purl: `pkg:npm/${name}@${p.version}`, licenses: [{ expression: p.license }] });
}

const refs = new Set(components.map(c => c['bom-ref']));
const byName = new Map(shipped.map(([key]) => [key.split('/')[0].toLowerCase(), `pkg:nuget/${key.replace('/', '@')}`]));
const dependencies = shipped.map(([key, t]) => ({
  ref: `pkg:nuget/${key.replace('/', '@')}`,
  dependsOn: Object.keys(t.dependencies ?? {}).map(d => byName.get(d.toLowerCase())).filter(r => r && refs.has(r)),
}));
const body = {
  bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
  metadata: { component: { type: 'application', 'bom-ref': `pkg:generic/crt-hub@${version}`, name: 'crt-hub', version, licenses: [{ expression: 'MIT' }] } },
  components, dependencies,
};
// The same materials have the same number, whenever and wherever it is written.
const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
body.serialNumber = `urn:uuid:${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, JSON.stringify(body, null, 2) + '\n');
for (const w of wrong) console.error(`licence: ${w}`);
console.log(`sbom: ${components.length} components, ${wrong.length} with a licence that is not on the list`);
process.exit(wrong.length ? 1 : 0);
