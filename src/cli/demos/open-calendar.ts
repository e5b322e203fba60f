/**
 * A calendar that opens every day at one time of day, for four hours: with the shipped ones nobody could rehearse in the
 * afternoon.
 *
 * @param name - of what is open then; lower case letters
 * @param from - milliseconds since the epoch, of the first opening
 */
export function openCalendar(name: string, from: number): string {
  const instant = new Date(from).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '')
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Rollbook//Demo//EN',
    'BEGIN:VEVENT',
    `UID:${name}@cleanroom.example`,
    `DTSTAMP:${instant}`,
    `DTSTART:${instant}`,
    'DURATION:PT4H',
    'RRULE:FREQ=DAILY',
    'SUMMARY:Open for the rehearsal',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return `${lines.join('\r\n')}\r\n`
}
