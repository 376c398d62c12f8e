import { createHash } from 'node:crypto';

/** For the screen, and for A4 on the wall of a service hall. */
export const pageStyle = `
:root { color-scheme: light; font-family: "Source Han Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; line-height: 1.65; }
h1 { font-size: 1.5rem; text-align: center; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; padding-left: .5rem; border-left: .25rem solid #1f5fa8; }
.under { text-align: center; color: #555; margin: 0 0 1rem; }
table { width: 100%; border-collapse: collapse; }
th, td { border: 1px solid #888; padding: .3rem .5rem; text-align: left; vertical-align: top; }
th { background: #eef3f9; font-weight: 600; }
.facts th { width: 7rem; white-space: nowrap; }
ol { margin: 0; padding-left: 1.6rem; }
p { margin: .2rem 0; }
footer { margin-top: 1.5rem; padding-top: .5rem; border-top: 1px solid #888; color: #555; font-size: .85rem; }
@page { size: A4; margin: 18mm 16mm; }
@media print {
  body { max-width: none; margin: 0; padding: 0; font-size: 10.5pt; color: #000; }
  th { background: none; }
  h2 { break-after: avoid; border-color: #000; }
  tr, li { break-inside: avoid; }
  thead { display: table-header-group; }
}
`;

const digest = createHash('sha256').update(pageStyle).digest('base64');

/** Nothing may be loaded or run; the one style sheet is allowed by its digest (CSP Level 3 §6.7.3). */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
