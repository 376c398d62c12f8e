export { guideModule } from './guide.module.js';
export { type GuideCatalogue, type GuideOptions } from './ports.js';
export { guideOf } from './guide.js';
export { guidePage } from './page/guide-page.js';
export { type Guide } from './http/schemas.js';
export { PlaceIndex, type GuideEntry, type GuideQuery } from './search/place-index.js';
export { PublicFiles, publicFileLimits, type PublicFilesOptions, type StoredFile } from './files/public-files.js';
