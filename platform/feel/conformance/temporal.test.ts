import { describe } from 'vitest'
import { table } from '../testing.ts'

// Behaviours of DMN 1.5 §10.3.2.3 and §10.3.4.1 as the public DMN TCK (github.com/dmn-tck/tck, Apache-2.0) checks them, in our own cases.

describe('dates, times and durations', () => {
  table(
    '§10.3.4.1 date',
    `date("2017-12-31") → 2017-12-31
     date("999999999-12-31") → 999999999-12-31
     date("-999999999-01-01") → -999999999-01-01
     date("2016-02-29") → 2016-02-29
     date("2017-02-29") → null
     date("1900-02-29") → null
     date("998-12-31") → null
     date("01211-12-31") → null
     date("9999999999-12-25") → null
     date("2017-13-10") → null
     date("2017-1-10") → null
     date("2017-12-31T00:00:00") → null
     date(2017, 8, 30) → 2017-08-30
     date(2017, 13, 1) → null
     date(2017.5, 1, 1) → null
     date(year: 2017, month: 8, day: 30) → 2017-08-30
     date(null) → null
     date(null, 2, 1) → null
     date([]) → null
     date(date and time("2017-08-14T14:25:00")) → 2017-08-14
     date(@"2017-08-14T14:25:00.123456789@Europe/Paris") → 2017-08-14
     date("2012-12-24").weekday → 1`,
  )
  table(
    '§10.3.4.1 time',
    `time("01:02:03") → 01:02:03
     time("01:02:03.120") → 01:02:03.12
     time("01:02:03Z") → 01:02:03Z
     time("01:02:03+00:00") → 01:02:03Z
     time("01:02:03+01:00") → 01:02:03+01:00
     time("01:02:03-02:45:55") → 01:02:03-02:45:55
     time("01:02:03@Asia/Shanghai") → 01:02:03@Asia/Shanghai
     time("13:20:00@xyz/abc") → null
     time("13:20:00+19:00") → null
     time("24:00:00") → null
     time("23:59:60") → null
     time("7:00:00") → null
     time("07:01") → null
     time(11, 59, 45) → 11:59:45
     time(11, 59, 45.25) → 11:59:45.25
     time(11, 59, 45, duration("PT2H45M55S")) → 11:59:45+02:45:55
     time(11, 59, 45, duration("-PT0H")) → 11:59:45Z
     time(11, 59, 45, null) → 11:59:45
     time(24, 0, 0) → null
     time(12, null, 45) → null
     time(2017) → null
     time(@"2017-08-10T10:20:00Z") → 10:20:00Z
     time(@"2017-08-10") → 00:00:00Z`,
  )
  table(
    '§10.3.4.1 date and time',
    `date and time("2017-12-31T11:22:33") → 2017-12-31T11:22:33
     date and time("-999999999-12-31T11:22:33") → -999999999-12-31T11:22:33
     date and time("2012-12-24") → 2012-12-24T00:00:00
     date and time("2017-12-31T11:22:33.387+02:45") → 2017-12-31T11:22:33.387+02:45
     date and time("2017-12-31T11:22:33@Europe/Paris") → 2017-12-31T11:22:33@Europe/Paris
     date and time("2011-12-03T10:15:30+01:00@Europe/Paris") → null
     date and time("2011-12-0310:15:30") → null
     date and time("2017-13-10T11:22:33") → null
     date and time("2017-12-10T25:22:33") → null
     date and time(@"2017-01-01", @"23:59:01") → 2017-01-01T23:59:01
     date and time(@"2017-08-10T10:20:00@Europe/Paris", @"23:59:01Z") → 2017-08-10T23:59:01Z
     date and time(@"2017-08-10", null) → null
     date and time(2017) → null
     @"2018-12-10T10:30:00+05:00".time offset → PT5H
     @"2018-12-10T10:30:00".time offset → null
     @"2018-07-10T10:30:00@Europe/Paris".time offset → PT2H
     @"2018-12-10T10:30:00@Etc/UTC".timezone → "Etc/UTC"
     @"2018-12-10T10:30:01.5".second → 1.5
     @"2018-12-10T10:30:01".weekday → 1`,
  )
  table(
    '§10.3.4.1 durations',
    `duration("P1D") → P1D
     duration("PT2H") → PT2H
     duration("PT0.000S") → PT0S
     duration("P1DT2H3M4.123456789S") → P1DT2H3M4.123456789S
     duration("-PT0.1S") → -PT0.1S
     duration("PT1000M") → PT16H40M
     duration("P99999M") → P8333Y3M
     duration("P1Y2M") → P1Y2M
     duration("P0Y0M") → P0M
     duration("-P1M") → -P1M
     duration("P1Y1D") → null
     duration("P") → null
     duration("P1") → null
     duration("PT") → null
     duration("P-1D") → null
     duration("P1D2H") → null
     duration(null) → null
     duration("P1Y2M").years → 1
     duration("P2M").years → 0
     duration("P14M").months → 2
     duration("P1Y").days → null
     {d: duration("P1Y"), r: d.days}.r → null
     duration("PT26H").days → 1
     duration("PT26H").hours → 2
     duration("-PT90S").minutes → -1
     years and months duration(@"2011-12-22", @"2013-08-24") → P1Y8M
     years and months duration(@"2013-08-24", @"2011-12-25") → -P1Y7M
     years and months duration(@"2015-01-31", @"2015-02-28") → P0M
     years and months duration(@"2016-01-21", @"2015-01-21") → -P1Y
     years and months duration(@"2014-12-31T23:59:59", @"2019-10-01T12:32:59") → P4Y9M
     years and months duration("2011", @"2013-08-24") → null`,
  )
  table(
    '§10.3.2.7 arithmetic',
    `@"2026-01-31" + @"P1M" → 2026-02-28
     @"2024-02-29" + @"P1Y" → 2025-02-28
     @"2026-03-31" - @"P1M" → 2026-02-28
     @"2026-01-01" + @"P1D" → 2026-01-02
     @"2026-01-01" + @"PT23H" → 2026-01-01
     @"2026-01-01" - @"PT1H" → 2025-12-31
     @"P1D" + @"2026-01-01" → 2026-01-02
     @"2026-01-01T10:00:00" + @"PT36H" → 2026-01-02T22:00:00
     @"2026-01-31T10:00:00Z" + @"P1M" → 2026-02-28T10:00:00Z
     @"2026-03-28T12:00:00@Europe/Paris" + @"P1D" → 2026-03-29T13:00:00@Europe/Paris
     @"23:00:00" + @"PT2H" → 01:00:00
     @"01:00:00" - @"PT2H" → 23:00:00
     @"2026-03-01" - @"2026-02-01" → P28D
     @"2026-03-01T10:00:00" - @"2026-03-01T09:30:00" → PT30M
     @"2026-03-01T10:00:00+08:00" - @"2026-03-01T02:00:00Z" → PT0S
     @"2026-03-01T10:00:00" - @"2026-03-01T02:00:00Z" → null
     @"2026-03-02" - @"2026-03-01T12:00:00" → PT12H
     @"10:00:00" - @"09:30:00" → PT30M
     @"P1D" + @"PT1H" → P1DT1H
     @"P1Y" + @"P2M" → P1Y2M
     @"P1Y" + @"P1D" → null
     @"P1D" * 2 → P2D
     2.5 * @"PT1H" → PT2H30M
     @"P1Y" * 0.5 → P6M
     @"P1D" / 2 → PT12H
     @"P1D" / @"PT1H" → 24
     @"P1Y" / @"P1M" → 12
     @"P1D" / 0 → null
     -@"P1D" → -P1D
     @"2026-01-01" + 1 → null
     @"2026-01-01" + @"2026-01-01" → null
     @"999999999-12-31" + @"P1D" → null`,
  )
  table(
    '§10.3.2.10 comparison',
    `@"2026-01-01" < @"2026-01-02" → true
     @"2026-01-01" = @"2026-01-01" → true
     @"10:30:00Z" = @"10:30:00+00:00" → true
     @"10:30:00@Europe/Paris" = @"10:30:00@Asia/Dhaka" → false
     @"10:30:00+02:00" = @"10:30:00@Europe/Paris" → false
     @"10:30:00" = @"10:30:00Z" → false
     @"10:30:00" < @"10:30:00Z" → null
     @"10:00:00+08:00" < @"03:00:00Z" → true
     @"2018-12-08T00:00:00" = date and time("2018-12-08") → true
     @"2018-12-08T00:00:00+00:00" = @"2018-12-08T00:00:00@Etc/UTC" → false
     @"2018-12-08T08:00:00+08:00" = @"2018-12-08T00:00:00Z" → true
     @"2018-12-08T08:00:00@Asia/Shanghai" <= @"2018-12-08T00:00:00Z" → true
     @"P1D" = @"PT24H" → true
     @"P1Y" = @"P12M" → true
     @"P1Y" = @"P365D" → null
     @"P0D" = @"-P0D" → true
     @"P1D" < @"P2D" → true
     @"2026-01-01" < @"2026-01-01T10:00:00" → null
     @"2026-01-01" = 1 → null`,
  )
  table(
    '§10.3.4.7 and §10.3.4.8',
    `today() → 2026-11-22
     now() → 2026-11-22T12:00:00@Asia/Shanghai
     now() - @"2026-11-22T04:00:00Z" → PT0S
     day of year(@"2019-09-17") → 260
     day of week(@"2019-09-17") → "Tuesday"
     month of year(@"2019-09-17") → "September"
     week of year(@"2019-09-17") → 38
     week of year(@"2003-12-29") → 1
     week of year(@"2005-01-01") → 53
     day of week(null) → null`,
  )
})
