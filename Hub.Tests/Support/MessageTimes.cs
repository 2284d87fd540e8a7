namespace Hub.Tests.Support;

internal static class MessageTimes
{
    extension(DateTimeOffset)
    {
        /// <summary>Now, to the second as HL7 v2 writes it, a day ago so that a discharge a day later is not in the future.</summary>
        public static DateTimeOffset UtcNowForMessages()
        {
            var now = TimeProvider.System.GetUtcNow().AddDays(-1).AddHours(-1);
            return new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, now.Minute, now.Second, TimeSpan.Zero);
        }
    }
}
