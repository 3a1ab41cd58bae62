// usage: make_corpus.mjs FAKER-MODULE OUT-FILE SEED RECORDS
//
// Writes what @faker-js/faker makes up, as one JSON document: RECORDS persons for each locale, and pools of words that
// stand for no person (companies, products, job titles, texts). files.py makes tables of it.
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [modulePath, outFile, seed, records] = process.argv.slice(2);
const faker = await import(pathToFileURL(modulePath));

const locales = {
  en_US: faker.fakerEN_US, en_GB: faker.fakerEN_GB, en_IN: faker.fakerEN_IN, de: faker.fakerDE,
  fr: faker.fakerFR, es: faker.fakerES, it: faker.fakerIT, pt_BR: faker.fakerPT_BR,
};

// The day is given, so that the same seed makes the same births whenever the test runs.
function person(f) {
  const first = f.person.firstName();
  const last = f.person.lastName();
  return {
    first, last,
    full: `${first} ${last}`,
    birth: f.date.birthdate({ mode: 'year', min: 1935, max: 2007 }).toISOString().slice(0, 10),
    phones: ['national', 'international', 'human'].map(style => f.phone.number({ style })),
    street: f.location.streetAddress(), city: f.location.city(), zip: f.location.zipCode(),
    email: f.internet.email({ firstName: first, lastName: last }), job: f.person.jobTitle(),
    card: f.finance.creditCardNumber({ issuer: f.helpers.arrayElement(['visa', 'mastercard', 'american_express']) }),
  };
}

const pools = {
  company_name: f => f.company.name(),
  product_name: f => f.commerce.productName(),
  department: f => f.commerce.department(),
  job_title: f => f.person.jobTitle(),
  description: f => f.lorem.sentence(),
  slogan: f => f.company.catchPhrase(),
  file_path: f => f.system.filePath(),
  user_agent: f => f.internet.userAgent(),
  url: f => f.internet.url(),
  domain: f => f.internet.domainName(),
  city_name: f => f.location.city(),
  country_name: f => f.location.country(),
  street_only: f => f.location.streetAddress(),
  colour: f => f.color.human(),
  animal: f => f.animal.type(),
  vehicle: f => f.vehicle.vehicle(),
  book: f => f.book.title(),
  music: f => f.music.songName(),
  food: f => f.food.ingredient(),
  airline: f => f.airline.airline().name,
  git_branch: f => f.git.branch(),
  commit_message: f => f.git.commitMessage(),
  log_error: f => f.hacker.phrase(),
  mime_type: f => f.system.mimeType(),
  currency: f => f.finance.currencyName(),
  transaction_type: f => f.finance.transactionType(),
};

const document = { persons: {}, pools: {} };
let next = Number(seed);
for (const [name, f] of Object.entries(locales)) {
  f.seed(next++);
  f.setDefaultRefDate('2026-01-01T00:00:00Z');
  document.persons[name] = Array.from({ length: Number(records) }, () => person(f));
  document.pools[name] = {};
  for (const [pool, make] of Object.entries(pools)) {
    document.pools[name][pool] = Array.from({ length: Number(records) }, () => make(f));
  }
}
writeFileSync(outFile, JSON.stringify(document));
