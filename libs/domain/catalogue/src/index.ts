export {
  audienceNames,
  audiences,
  itemTypeCode,
  itemTypeName,
  itemTypes,
  materialFormNames,
  materialForms,
  materialSources,
  necessities,
  necessityNames,
  regimeNames,
  regimes,
  resultKindCode,
  resultKinds,
  sourceNames,
  tierCodes,
  type Audience,
  type ItemType,
  type Necessity,
  type Regime,
  type ResultKind,
} from './codes.js';
export { themeCodes, themes, type Theme, type ThemeCodes } from './themes.js';
export {
  demoUscc,
  isDemoUscc,
  isIdentityNumber,
  isOrganisationCode,
  isUscc,
  organisationCheckCharacter,
  usccCheckCharacter,
} from './identifiers.js';
export {
  baseCode,
  handlingCode,
  implementationCode,
  isBaseCode,
  parseBaseCode,
  parseImplementationCode,
  type BaseCode,
  type ImplementationCode,
} from './item-code.js';
export { applicantFormSchema, findFormProblems, type ApplicantForm, type FormProblem } from './form.js';
export {
  codeOf,
  departmentNameAt,
  departmentSchema,
  isOffered,
  legalBasisSchema,
  materialSchema,
  serviceItemSchema,
  type Department,
  type LegalBasis,
  type Material,
  type ServiceItem,
} from './item.js';
export { findItemProblems, validateItem, type ItemProblem } from './check.js';
export {
  catalogueFileSchema,
  catalogueIndexSchema,
  cataloguePartSchema,
  parseCatalogue,
  parseCatalogueParts,
  type Catalogue,
} from './catalogue.js';
