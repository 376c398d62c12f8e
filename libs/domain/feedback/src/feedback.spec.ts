import { nodeCode } from '@tongban/kernel';
import {
  benchAt,
  city,
  decider,
  district,
  FeedbackBench,
  filing,
  samplesOf,
  township,
  village,
} from './feedback.fixture.js';
import { answerNumber, isFeedbackNumber, makeFeedbackNumber } from './numbers.js';
import { isBadRating } from './rules.js';
import { checkFeedbackEntry } from './schemas.js';

describe('follow-up of a bad rating', () => {
  const s = samplesOf('ratingFollowUp');

  it('is called back, judged, put right, answered, reviewed, rated again and closed', () => {
    const bench = new FeedbackBench().do(s.open).do(s.callBack).do(s.classify).do(s.rectify).do(s.answer).do(s.review);
    expect(bench.is).toMatchObject({ callBack: 'verified', disposal: 'rectified', answers: 1, status: 'reviewed' });
    expect(bench.ask({ ...s.close, satisfaction: 'given' })?.code).toBe('feedback.satisfaction');
    bench.do(s.rate);
    expect(bench.ask(s.close)?.code).toBe('feedback.satisfaction');
    bench.do({ ...s.close, satisfaction: 'given' });
    expect(bench.is).toMatchObject({ closing: 'done', rated: { level: 'satisfied' }, overdue: [] });
    expect(bench.ask(s.rate)?.code).toBe('feedback.rated');
  });

  it('is opened for the two lowest levels only', () => {
    const levels = ['verySatisfied', 'satisfied', 'basicallySatisfied', 'dissatisfied', 'veryDissatisfied'] as const;
    for (const level of levels) {
      const refused = new FeedbackBench().ask({ ...s.open, rating: { ...s.open.rating, level } });
      expect(refused === undefined).toBe(isBadRating(level));
    }
  });

  it('puts right what is reasonable and explains what has no basis, not the other way round', () => {
    const of = (classification: 'reasonable' | 'noBasis') =>
      benchAt('ratingFollowUp', 'verified')!.do({ ...s.classify, classification });
    expect(of('reasonable').ask(s.explain)?.code).toBe('feedback.state');
    expect(of('noBasis').ask(s.rectify)?.code).toBe('feedback.state');
    expect(of('noBasis').do(s.explain).is.disposal).toBe('explained');
  });

  it('excludes a malicious or mistaken one only by a second person, a supervisor, with a reason', () => {
    for (const classification of ['malicious', 'mistaken'] as const) {
      const bench = benchAt('ratingFollowUp', 'verified')!.do({ ...s.classify, classification }, { subject: 'li' });
      expect(bench.is.status).toBe('excluding');
      expect(bench.ask(s.decideExclusion, { subject: 'li' })?.code).toBe('feedback.same-person');
      expect(bench.ask(s.decideExclusion, { role: 'approver' })?.code).toBe('jurisdiction.role');
      expect(bench.ask(s.decideExclusion, { subject: decider })?.code).toBe('feedback.party');
      expect(bench.ask(s.rate)?.code).toBe('feedback.state');
      const kept = benchAt('ratingFollowUp', 'excluding')!.do({ ...s.decideExclusion, conclusion: 'reject' });
      expect(kept.is).toMatchObject({ status: 'verified', classification: null, exclusion: 'reject' });
      expect(bench.do(s.decideExclusion).is).toMatchObject({ closing: 'excluded' });
      expect(bench.ask(s.rate)?.code).toBe('feedback.closed');
    }
  });

  it('sent back by the review is put right again, and answered under a number of its own', () => {
    const bench = benchAt('ratingFollowUp', 'answered')!.do({ ...s.review, conclusion: 'return' });
    expect(bench.is.status).toBe('classified');
    expect(bench.do(s.rectify).do(s.answer).is.answers).toBe(2);
  });

  it('of a village goes to the township, where there are people to handle it', () => {
    const bench = new FeedbackBench().do(s.open, { owner: village });
    expect(bench.is).toMatchObject({ status: 'handling', owner: village, pendingOffer: { to: township } });
    expect(bench.take(township).ask(s.callBack)).toBeUndefined();
  });

  it('may be put right by the one who is rated, who does not judge it', () => {
    const bench = benchAt('ratingFollowUp', 'verified')!;
    expect(bench.ask(s.classify, { subject: decider })?.code).toBe('feedback.party');
    expect(bench.do(s.classify).ask(s.rectify, { subject: decider })).toBeUndefined();
  });
});

describe('a complaint', () => {
  const s = samplesOf('complaint');

  it('is looked into, answered and reviewed by nobody it is about', () => {
    const at = (status: 'filed' | 'handling' | 'resolved' | 'answered') => benchAt('complaint', status)!;
    expect(at('filed').ask(s.accept, { subject: decider })?.code).toBe('feedback.party');
    expect(at('filed').ask(s.notAccept, { subject: decider })?.code).toBe('feedback.party');
    expect(at('handling').ask(s.investigate, { subject: decider })?.code).toBe('feedback.party');
    expect(at('handling').ask(s.extend, { subject: decider })?.code).toBe('feedback.party');
    expect(at('resolved').ask(s.answer, { subject: decider })?.code).toBe('feedback.party');
    expect(at('answered').ask(s.review, { subject: decider })?.code).toBe('feedback.party');
    const named = new FeedbackBench().do(filing('complaint', { complainedOf: [] }));
    expect(named.ask({ ...s.accept, complainedOf: ['zhao'] }, { subject: 'zhao' })?.code).toBe('feedback.party');
    named.do({ ...s.accept, complainedOf: ['zhao'] });
    expect(named.ask(s.investigate, { subject: 'zhao' })?.code).toBe('feedback.party');
  });

  it('is reviewed by another person than the one who looked into it or answered', () => {
    const bench = benchAt('complaint', 'handling')!.do(s.investigate, { subject: 'a' }).do(s.answer, { subject: 'b' });
    for (const subject of ['a', 'b']) expect(bench.ask(s.review, { subject })?.code).toBe('feedback.same-person');
    expect(bench.ask(s.review, { subject: 'c' })).toBeUndefined();
    expect(bench.ask(s.close)?.code).toBe('feedback.state');
  });

  it('is anonymous or has somebody to answer', () => {
    const { contact: _contact, ...noName } = filing('complaint');
    expect(new FeedbackBench().ask(noName)?.code).toBe('request.invalid');
    expect(new FeedbackBench().ask(filing('complaint', { anonymous: true }))?.code).toBe('request.invalid');
    const bench = new FeedbackBench().do({ ...noName, anonymous: true });
    bench.do(s.accept).do(s.investigate).do(s.answer).do(s.review);
    expect(bench.ask({ ...s.close, satisfaction: 'declined' })?.code).toBe('feedback.satisfaction');
    expect(bench.do({ ...s.close, satisfaction: 'anonymous' }).is.closing).toBe('done');
  });

  it('goes to whom it concerns, up or down the tree, and is handled by nobody on its way', () => {
    const bench = new FeedbackBench().do(filing('complaint', { handler: district }));
    expect(bench.is).toMatchObject({ handlers: [township, district], pendingOffer: { to: district } });
    expect(bench.ask(s.accept)?.code).toBe('feedback.handing-over');
    bench.take(district);
    expect(bench.ask(s.accept, { owner: township })?.code).toBe('feedback.not-owner');
    expect(bench.ask(s.accept, { division: township })?.code).toBe('jurisdiction.division');
    expect(bench.ask({ ...s.forward, to: district })?.code).toBe('request.invalid');
    expect(bench.ask({ ...s.forward, to: nodeCode('371103000000') })?.code).toBe('request.invalid');
    bench.do({ ...s.forward, to: city, reason: 'involved' }).take(city);
    expect(bench.is).toMatchObject({ owner: city, handlers: [township, district, city] });
  });

  it('is taken back by number and code, not by somebody else', () => {
    const bench = benchAt('complaint', 'handling')!;
    expect(bench.ask({ ...s.withdraw, queryCodeHash: '0'.repeat(64) })?.code).toBe('feedback.query-code');
    expect(bench.ask({ ...s.rate, queryCodeHash: '0'.repeat(64) })?.code).toBe('feedback.state');
    expect(bench.do(s.withdraw).is.closing).toBe('withdrawn');
  });
});

describe('a consultation', () => {
  const s = samplesOf('consultation');

  it('is answered, published without anybody in it, and closed without review', () => {
    const bench = benchAt('consultation', 'answered')!.do(s.publish);
    expect(bench.is.published).toEqual({ question: '如何办理？', answer: '凭身份证到窗口办理。' });
    expect(bench.ask(s.publish)?.code).toBe('feedback.published');
    expect(bench.ask(s.review)?.code).toBe('feedback.kind');
    expect(bench.do(s.close).is.closing).toBe('done');
    const facts = { question: '我的号码 13800138000', answer: '好' };
    expect(checkFeedbackEntry({ type: 'feedback.published', version: 1, facts })).toMatchObject({
      refusal: { code: 'request.invalid' },
    });
  });

  it('is not done before the step before it, nor in the future', () => {
    const bench = benchAt('consultation', 'handling')!;
    bench.now -= 25 * 3_600_000;
    expect(bench.ask(s.answer)?.code).toBe('case.back-dated');
  });
});

describe('numbers', () => {
  it('have a check character', () => {
    const number = makeFeedbackNumber('complaint', township, '2026-03-02', 7);
    expect(number).toMatch(/^TS3711020010002026030200007.$/);
    expect(isFeedbackNumber(number)).toBe(true);
    expect(isFeedbackNumber(number.replace('00007', '00008'))).toBe(false);
    expect(answerNumber(number, 2)).toBe(`${number}-2`);
    for (const sequence of [0, 100_000, 1.5])
      expect(() => makeFeedbackNumber('complaint', township, '2026-03-02', sequence)).toThrow(RangeError);
  });

  it('know no entry from the future', () => {
    expect(checkFeedbackEntry({ type: 'feedback.filed', version: 2, facts: {} })).toMatchObject({
      refusal: { code: 'link.schema' },
    });
  });
});
