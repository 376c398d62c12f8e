import {
  audienceNames,
  departmentNameAt,
  itemTypeName,
  materialFormNames,
  necessityNames,
  regimeNames,
  sourceNames,
  themeCodes,
  type ServiceItem,
} from '@tongban/domain/catalogue';
import { powerNames, tierNames, type CivilDate, type Power, type Route } from '@tongban/domain/delegation';
import { ok, parentOf, tierOf, tiers, type NodeCode, type Result } from '@tongban/kernel';
import type { Guide } from './http/schemas.js';
import type { GuideOptions } from './ports.js';

type Reading = Pick<GuideOptions, 'catalogue' | 'placeName'>;

/** The division that takes cases in, seen from a place: itself or the nearest above. */
function intakeFor({ catalogue }: Reading, node: NodeCode, code: string, on: CivilDate) {
  let place: NodeCode | undefined = node;
  for (let hops = 0; hops < tiers.length && place !== undefined && tierOf(place) !== 'province'; hops++) {
    const found = catalogue.route(place, code, on);
    if (found.ok) return { place, route: found.value.route };
    place = parentOf(place);
  }
  return undefined;
}

/** The node of a step; steps of taking in happen where the case is taken in. */
const nodeOfStep = (power: Power, intake: NodeCode, route: Route): NodeCode =>
  power === 'submit' ? intake : route[power];

function procedureOf(item: ServiceItem, intake: ReturnType<typeof intakeFor>, { placeName }: Reading) {
  return item.steps.map(({ name, power, days }) => {
    const at = intake === undefined ? undefined : nodeOfStep(power, intake.place, intake.route);
    const step = { name, power, powerName: powerNames[power], days };
    return at === undefined ? step : { ...step, place: at, placeName: placeName(at) };
  });
}

const timeText = ({ regime, promisedDays, statutoryDays }: ServiceItem): string => {
  const statutory = statutoryDays > 0 ? `（法定时限 ${statutoryDays} 个工作日）` : '';
  return regime === 'onTheSpot' || promisedDays === 0
    ? `当场办结${statutory}`
    : `受理之日起 ${promisedDays} 个工作日${statutory}`;
};

function feeText({ fee }: ServiceItem): string {
  if (!fee.charged) return '不收费';
  if (fee.standard === undefined) return '收费，标准见收费项目';
  return [fee.standard, fee.basis === undefined ? undefined : `依据：${fee.basis}`]
    .filter((part) => part !== undefined)
    .join('；');
}

/** 七公开: name, basis, conditions, materials, procedure, time and fee, in the order in which they are posted. */
function disclosuresOf(
  item: ServiceItem,
  intake: ReturnType<typeof intakeFor>,
  reading: Reading,
): Guide['disclosures'] {
  return {
    name: item.name,
    legalBasis: item.legalBasis,
    conditions: item.conditions,
    materials: item.materials.map((material) => ({
      ...material,
      necessityName: necessityNames[material.necessity],
      sourceName: sourceNames[material.source],
      formName: materialFormNames[material.form],
    })),
    procedure: procedureOf(item, intake, reading),
    time: { statutoryDays: item.statutoryDays, promisedDays: item.promisedDays, text: timeText(item) },
    fee: { ...item.fee, text: feeText(item), projects: item.fees ?? [] },
  };
}

/** The guide of an item for the people of a place. Refuses item.unknown, item.not-published. */
export function guideOf(reading: Reading, node: NodeCode, code: string, on: CivilDate): Result<Guide> {
  const found = reading.catalogue.findItem(node, code, on);
  if (!found.ok) return found;
  const item = found.value;
  const intake = intakeFor(reading, node, code, on);
  const office = intake?.place ?? node;
  const departments = new Map(reading.catalogue.departmentsOf(node).map((one) => [one.id, one]));
  const nameOf = (id: string): string => {
    const department = departments.get(id);
    return department === undefined ? id : departmentNameAt(department, office);
  };
  const { consultPhone, complaintPhone, validTo, visits } = item;
  return ok({
    code,
    version: item.version,
    description: item.description,
    typeName: itemTypeName(item.type),
    levelName: tierNames[item.level],
    regimeName: regimeNames[item.regime],
    departmentName: nameOf(item.departmentId),
    ...(item.jointDepartmentIds === undefined ? {} : { jointDepartmentNames: item.jointDepartmentIds.map(nameOf) }),
    audienceNames: item.audience.map((one) => audienceNames[one]),
    themeNames: item.themes.map((theme) => themeCodes(theme).zh),
    disclosures: disclosuresOf(item, intake, reading),
    ...(intake === undefined ? {} : { intake: { place: intake.place, placeName: reading.placeName(intake.place) } }),
    presenceRequired: item.presenceRequired,
    result: item.result,
    places: item.places ?? [],
    questions: item.questions ?? [],
    ...(visits === undefined ? {} : { visits }),
    ...(consultPhone === undefined ? {} : { consultPhone }),
    ...(complaintPhone === undefined ? {} : { complaintPhone }),
    validFrom: item.validFrom,
    ...(validTo === undefined ? {} : { validTo }),
  });
}
