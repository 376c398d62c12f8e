import {
  accepted,
  approved,
  CaseBench,
  certified,
  everyEntry,
  noticed,
  paid,
  personalWords,
  refusal,
  samples,
  submitted,
  submittedWith,
  supplementing,
} from './case.fixture.js';
import { describeProgress } from './progress.js';

const textOf = (bench: CaseBench): string => describeProgress(bench.case).text;

describe('public progress', () => {
  it('asks for a rating once the case is closed and until the applicant has given one', () => {
    const canRate = (bench: CaseBench): boolean => describeProgress(bench.case).canRate;
    expect(canRate(accepted())).toBe(false);
    expect(canRate(certified())).toBe(true);
    expect(canRate(certified().do(samples.rate))).toBe(false);
  });

  it('says in plain words where the case is', () => {
    expect(textOf(new CaseBench().do(samples.submit))).toBe('申请已提交，等待受理机关审查材料。目前正在转交有权机关。');
    expect(textOf(submitted())).toBe('申请已提交，等待受理机关审查材料。');
    expect(textOf(supplementing())).toContain('共 1 项');
    expect(textOf(accepted())).toBe('已受理，正在办理，承诺在2026年3月9日前办结。');
    expect(textOf(accepted('2026-12-29'))).toContain('放假安排尚未公布');
    expect(textOf(approved())).toBe('已准予办理，正在制作高龄津贴证。');
    expect(textOf(certified())).toContain('请等候送达');
    expect(textOf(certified().do(samples.deliver))).toContain('已于2026年3月2日送达（村（社区）送达）');
    expect(textOf(accepted().do(refusal))).toContain('不予许可，原因：不符合法定条件');
    expect(textOf(submitted().do(samples.notAccept))).toContain('不予受理，原因：不属于本机关职权范围');
    expect(textOf(submitted().do(samples.withdraw))).toContain('撤回');
  });

  it('lists the steps with their dates', () => {
    const bench = supplementing().passDays(1).do(samples.supplement).passDays(1).do(samples.accept);
    expect(describeProgress(bench.case)).toMatchObject({
      itemName: '高龄津贴申领',
      status: '办理中',
      steps: [
        { name: '提交申请', date: '2026-03-02' },
        { name: '告知补正', date: '2026-03-02' },
        { name: '补正材料', date: '2026-03-03' },
        { name: '受理', date: '2026-03-04' },
      ],
    });
    expect(describeProgress(certified().do(samples.deliver).case).steps.map(({ name }) => name)).toEqual([
      ...['提交申请', '受理', '作出决定', '准予并出证', '送达'],
    ]);
  });

  it('tells of special procedures, extension, first review, conference and money', () => {
    expect(textOf(accepted().do(samples.pause))).toBe(
      '已受理，正在进行现场勘验，所需时间不超过10个工作日，不计入办理期限。',
    );
    const extended = accepted().do(samples.askExtension).do(samples.decideExtension);
    expect(textOf(extended)).toBe('已受理，正在办理，承诺在2026年3月23日前办结。办理期限已依法延长。');
    expect(textOf(submittedWith({ regime: 'reportedUp' }).do(samples.accept))).toContain('正在初审');
    expect(textOf(accepted().do(samples.callConference))).toContain('有关部门正在会审');
    expect(textOf(noticed())).toMatch(/请凭缴款通知书JK\w+到收费窗口或网上缴费15\.00元/);
    expect(textOf(paid())).toContain('费用15.00元已缴清');
    expect(textOf(noticed().do(samples.exemptFee))).toContain('费用已减免');
    expect(textOf(paid().do(refusal).do(samples.refundFee))).toContain('已缴费用已退还');
    const bench = paid().do(samples.pause).passDays(1).do(samples.resume).do(samples.review).do(samples.decide);
    expect(describeProgress(bench.case).steps.map(({ name }) => name)).toEqual([
      ...['提交申请', '受理', '现场勘验开始', '开具缴款通知书', '缴费', '现场勘验结束', '审核', '作出决定'],
    ]);
  });

  it('names nobody', () => {
    for (const bench of everyEntry())
      for (const word of personalWords) expect(JSON.stringify(describeProgress(bench.case))).not.toContain(word);
  });
});
