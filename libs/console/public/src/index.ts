export { siteRouter, siteRoutes } from './site.js';
export { SiteProvider, type Site } from './place.js';
export { publicTexts } from './texts.js';
export { residentToken } from './own/resident.js';
