import { City, CityFolder } from './city.js';
import { Databases } from './database.js';
import { addPersons, Office, stationsOf, type Person, type Station } from './office.js';

export interface RunningCity {
  readonly city: City;
  readonly office: Office;
  readonly databases: Databases;
  readonly stations: readonly Station[];
}

export interface RunningOptions {
  /** Persons beside those of the demonstration. */
  readonly persons?: readonly Person[] | ((stations: readonly Station[]) => readonly Person[]);
  readonly env?: Readonly<Record<string, string>>;
}

/** What a test file's first hook may take: the start of a city and its main job. */
export const cityTimeoutMs = 400_000;

/** A city of its own for a test file, with its catalogue published and its main job done. `dispose` of the city ends it. */
export async function runCity({ persons = [], env = {} }: RunningOptions = {}): Promise<RunningCity> {
  const folder = await CityFolder.make();
  if (persons.length > 0) {
    await folder.provision();
    addPersons(folder, typeof persons === 'function' ? persons(stationsOf(folder)) : persons);
  }
  const city = City.up(folder, [], env);
  try {
    await city.staying();
    const databases = new Databases(folder, city.address('PostgreSQL'));
    return { city, office: new Office(city), databases, stations: stationsOf(folder) };
  } catch (error) {
    await city.dispose();
    throw error;
  }
}
