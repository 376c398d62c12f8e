import { jointTemplateSchema, type JointTemplate } from '../template.js';
import constructionProject from './construction-project.json' with { type: 'json' };
import newborn from './newborn.json' with { type: 'json' };
import openARestaurant from './open-a-restaurant.json' with { type: 'json' };

/** The bundles that are shipped. A version that was used stays as it is: running cases keep the whole of it. */
export const jointTemplates: readonly JointTemplate[] = [constructionProject, openARestaurant, newborn].map((json) =>
  jointTemplateSchema.parse(json),
);
