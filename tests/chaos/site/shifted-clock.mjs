// node --import shifted-clock.mjs: the clock of one process is wrong by TONGBAN_CHAOS_CLOCK_MS milliseconds.
const offsetMs = Number(process.env.TONGBAN_CHAOS_CLOCK_MS ?? 0);
const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + offsetMs);
    else super(...parts);
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
}
globalThis.Date = ShiftedDate;
