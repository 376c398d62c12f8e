import { Controller, Inject } from '@nestjs/common';
import { describeProgress, hashQueryCode, parseCaseNumber, type Progress } from '@tongban/domain/casework';
import { refuse } from '@tongban/kernel';
import { answer, Route, type Call } from '@tongban/platform/http';
import { pagePolicy } from '../page/style.js';
import { onwardPage, progressForm, progressPage, verificationForm, verificationPage } from '../page/pages.js';
import type { DocumentTools } from '../ports.js';
import { DOCUMENTS } from '../tokens.js';
import { progressAddress, verificationAddress } from '../usecase/addresses.js';
import { verifyCertificate } from '../usecase/verify-certificate.js';
import { askProgress, askVerification, showProgress, showVerification, verification } from './public-routes.js';

/** A page is an answer for a person: that nothing was found is said in it, not by a status. */
const html = (text: string) =>
  answer(200, Buffer.from(text), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': pagePolicy,
      // The address holds a code: it must not be told to whatever is opened from here.
      'referrer-policy': 'no-referrer',
    },
  });
const plain = (text: string): string => text.replaceAll(/\s/g, '').toUpperCase();

/** Pages for residents: no login, no scripts, nothing loaded from elsewhere. */
async function progressOf({ cases }: DocumentTools, number: string, code: string): Promise<Progress | undefined> {
  if (!parseCaseNumber(number).ok) return undefined;
  const held = await cases.findByNumber(number);
  return held !== undefined && hashQueryCode(number, code) === held.state.queryCodeHash
    ? describeProgress(held.state)
    : undefined;
}

/** Pages for residents: no login, no scripts, nothing loaded from elsewhere. */
@Controller()
export class PublicController {
  constructor(@Inject(DOCUMENTS) private readonly tools: DocumentTools) {}

  @Route(askProgress)
  askProgress({ query }: Call<typeof askProgress>) {
    const number = plain(query.number);
    return html(number === '' ? progressForm() : onwardPage(progressAddress('', number, plain(query.code))));
  }

  @Route(showProgress)
  async showProgress({ params, query }: Call<typeof showProgress>) {
    const found = await progressOf(this.tools, params.number, query.code);
    return html(
      found === undefined
        ? progressForm('办件编号与查询码不符，请核对后重新输入。')
        : progressPage(found, this.tools.clock.now()),
    );
  }

  @Route(askVerification)
  askVerification({ query }: Call<typeof askVerification>) {
    const number = plain(query.number);
    return html(number === '' ? verificationForm() : onwardPage(verificationAddress('', number, plain(query.code))));
  }

  @Route(showVerification)
  async showVerification({ params, query }: Call<typeof showVerification>) {
    const found = await verifyCertificate(this.tools, params.certificateNumber, query.code);
    return html(
      found.ok
        ? verificationPage(found.value, this.tools.clock.now())
        : verificationForm(`${found.refusal.detail}，请核对后重新输入。`),
    );
  }

  @Route(verification)
  async verify({ params, query }: Call<typeof verification>) {
    const found = await verifyCertificate(this.tools, params.certificateNumber, query.code);
    return found.ok ? { ...found.value } : refuse(found.refusal.code, found.refusal.detail);
  }
}
