import fc from 'fast-check';
import { workingCalendar } from '@tongban/domain/calendar';
import {
  appointmentNumber,
  appointmentStateAt,
  maxNoShows,
  maxOpenPerPerson,
  mayBook,
  mayCancel,
  mayCheckIn,
  noShowsSince,
  type Appointment,
  type BookingWish,
} from './appointment.js';
import { sampleHall } from './hall.fixture.js';

const calendar = workingCalendar();
const at = (text: string): number => Date.parse(`${text}+08:00`);
const now = at('2026-03-02T08:00');
const nobody = { open: 0, sameGroupAndDay: 0, noShows: 0 };
const wish: BookingWish = { group: 'social', day: '2026-03-03', start: '09:30' };
const book = (changes: Partial<BookingWish>, person = nobody, when = now): string => {
  const answer = mayBook(sampleHall(), { ...wish, ...changes }, person, when, calendar);
  return answer.ok ? answer.value.start : answer.refusal.code;
};

describe('booking', () => {
  it('is for slots that lie ahead on open days within a fortnight', () => {
    expect(book({})).toBe('09:30');
    expect(book({ group: 'none' })).toBe('appointment.slot');
    expect(book({ group: 'tax' })).toBe('appointment.slot');
    expect(book({ start: '09:15' })).toBe('appointment.slot');
    expect(book({ start: '12:00' })).toBe('appointment.slot');
    expect(book({ day: '2026-03-07' })).toBe('hall.closed');
    expect(book({ day: '2026-03-01' })).toBe('appointment.slot');
    expect(book({ day: '2026-03-16' })).toBe('09:30');
    expect(book({ day: '2026-03-17' })).toBe('appointment.slot');
    expect(book({ day: '2026-03-02' })).toBe('09:30');
    expect(book({ day: '2026-03-02' }, nobody, at('2026-03-02T09:30'))).toBe('appointment.slot');
  });

  it('is bounded per person', () => {
    expect(book({}, { ...nobody, open: maxOpenPerPerson - 1 })).toBe('09:30');
    expect(book({}, { ...nobody, open: maxOpenPerPerson })).toBe('appointment.person');
    expect(book({}, { ...nobody, sameGroupAndDay: 1 })).toBe('appointment.person');
    expect(book({}, { ...nobody, noShows: maxNoShows })).toBe('appointment.person');
    expect(noShowsSince(now)).toBe('2026-01-31');
  });
});

describe('an appointment', () => {
  const booked: Appointment = { state: 'booked', startsAt: at('2026-03-03T09:30'), endsAt: at('2026-03-03T10:00') };
  const checkIn = (when: string, appointment = booked): string => {
    const answer = mayCheckIn(appointment, at(when));
    return answer.ok ? 'ok' : answer.refusal.code;
  };
  const cancel = (when: string, appointment = booked): string => {
    const answer = mayCancel(appointment, at(when));
    return answer.ok ? 'ok' : answer.refusal.code;
  };

  it('is checked in from half an hour before to a quarter after', () => {
    expect(checkIn('2026-03-03T08:59')).toBe('appointment.time');
    expect(checkIn('2026-03-03T09:00')).toBe('ok');
    expect(checkIn('2026-03-03T10:14')).toBe('ok');
    expect(checkIn('2026-03-03T10:15')).toBe('appointment.time');
    for (const state of ['checkedIn', 'cancelled'] as const)
      expect(checkIn('2026-03-03T09:30', { ...booked, state })).toBe('appointment.state');
  });

  it('is cancelled until it begins', () => {
    expect(cancel('2026-03-03T09:29')).toBe('ok');
    expect(cancel('2026-03-03T09:30')).toBe('appointment.time');
    expect(cancel('2026-03-03T10:15')).toBe('appointment.state');
    expect(cancel('2026-03-03T09:00', { ...booked, state: 'cancelled' })).toBe('appointment.state');
  });

  it('is a no-show for ever once nobody came, and never if somebody did', () => {
    fc.assert(
      fc.property(fc.constantFrom('booked', 'checkedIn', 'cancelled' as const), fc.nat(10_000_000), (state, later) => {
        const when = booked.endsAt + 15 * 60_000 + later;
        const kept = { ...booked, state } as Appointment;
        expect(appointmentStateAt(kept, when)).toBe(state === 'booked' ? 'noShow' : state);
        expect(appointmentStateAt(kept, booked.endsAt)).toBe(state);
      }),
    );
  });

  it('has a number of its day', () => expect(appointmentNumber('2026-03-02', 7)).toBe('YY2026030200007'));
});
