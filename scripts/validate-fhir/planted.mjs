// Faults that the judges must find before their silence about our files means anything. Invented person, one fault each.
const patient = () => ({
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9912003888' }],
  name: [{ family: 'Person', given: ['Test'] }],
  gender: 'female',
  birthDate: '1990-01-01',
});

const message = () => ({
  resourceType: 'Bundle',
  type: 'message',
  timestamp: '2026-05-03T17:42:00+01:00',
  entry: [
    {
      fullUrl: 'urn:uuid:7d1f0c1e-0000-5000-8000-000000000001',
      resource: {
        resourceType: 'MessageHeader',
        id: '7d1f0c1e-0000-5000-8000-000000000001',
        eventCoding: { system: 'https://example.org/events', code: 'x' },
        source: { endpoint: 'https://example.org/source' },
        focus: [{ reference: 'urn:uuid:7d1f0c1e-0000-5000-8000-000000000002' }],
      },
    },
    { fullUrl: 'urn:uuid:7d1f0c1e-0000-5000-8000-000000000002', resource: patient() },
  ],
});

const task = () => ({ resourceType: 'Task', status: 'requested', intent: 'order' });
const appointment = () => ({
  resourceType: 'Appointment',
  status: 'booked',
  start: '2026-05-10T10:00:00+01:00',
  end: '2026-05-10T10:30:00+01:00',
  participant: [{ status: 'accepted', actor: { display: 'x' } }],
});
const allergy = () => ({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
  patient: { display: 'x' },
});

const changed = (make, change) => {
  const resource = make();
  change(resource);
  return resource;
};

/** What the faults are planted into: the judges must have nothing against these. */
export const clean = [patient(), message(), task(), appointment(), allergy()];

export const planted = {
  'a gender outside its value set': changed(patient, (p) => (p.gender = 'femail')),
  'an element that R4 does not define': changed(patient, (p) => (p.nickname = 'T')),
  'a birth date that is no date': changed(patient, (p) => (p.birthDate = '01/01/1990')),
  'a name that is no list': changed(patient, (p) => (p.name = { family: 'Person' })),
  'an active that is no boolean': changed(patient, (p) => (p.active = 'yes')),
  'an extension without value': changed(patient, (p) => (p.extension = [{ url: 'https://example.org/x' }])),
  'a contact without anything': changed(patient, (p) => (p.contact = [{ gender: 'male' }])),
  'a contact point without system': changed(patient, (p) => (p.telecom = [{ value: '1' }])),
  'an id with a space': changed(patient, (p) => (p.id = 'a b')),
  'a period that ends before it starts': changed(patient, (p) => (p.name[0].period = { start: '2021-01-01', end: '2020-01-01' })),
  'a task without status': changed(task, (t) => delete t.status),
  'a task without intent': changed(task, (t) => delete t.intent),
  'a task status outside its value set': changed(task, (t) => (t.status = 'begun')),
  'a participant who is nobody': changed(appointment, (a) => delete a.participant[0].actor),
  'an appointment with a start only': changed(appointment, (a) => delete a.end),
  'an appointment without participant': changed(appointment, (a) => delete a.participant),
  'an allergy without clinical status': changed(allergy, (a) => delete a.clinicalStatus),
  'an allergy without patient': changed(allergy, (a) => delete a.patient),
  'a message without header': changed(message, (b) => b.entry.shift()),
  'a bundle without type': changed(message, (b) => delete b.type),
  'two entries with one fullUrl': changed(message, (b) => (b.entry[1].fullUrl = b.entry[0].fullUrl)),
  'a total in a message': changed(message, (b) => (b.total = 2)),
  'a fault inside an entry': changed(message, (b) => (b.entry[1].resource.gender = 'femail')),
};
