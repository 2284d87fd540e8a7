using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Hub.Proxy.Store;

/// <summary>The store's schema, and the way everything but accept, claim, freeze and complete reads it. A subclass per provider has its own migrations.</summary>
public abstract class HubDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<ReceivedRow> Received => Set<ReceivedRow>();
    public DbSet<EventRow> Events => Set<EventRow>();
    public DbSet<PersonRow> Persons => Set<PersonRow>();
    public DbSet<PersonIdentifierRow> PersonIdentifiers => Set<PersonIdentifierRow>();
    public DbSet<EpisodeStateRow> EpisodeStates => Set<EpisodeStateRow>();
    public DbSet<EpisodeVersionRow> EpisodeVersions => Set<EpisodeVersionRow>();
    public DbSet<PayloadRow> Payloads => Set<PayloadRow>();
    public DbSet<LaneRow> Lanes => Set<LaneRow>();
    public DbSet<DeliveryRow> Deliveries => Set<DeliveryRow>();
    public DbSet<AttemptRow> Attempts => Set<AttemptRow>();
    public DbSet<AcknowledgementRow> Acknowledgements => Set<AcknowledgementRow>();
    public DbSet<AttentionRow> Attention => Set<AttentionRow>();
    public DbSet<NoticeRow> Notices => Set<NoticeRow>();
    public DbSet<PartnerStateRow> PartnerStates => Set<PartnerStateRow>();
    public DbSet<MailboxLeaseRow> MailboxLeases => Set<MailboxLeaseRow>();
    public DbSet<ObligationRow> Obligations => Set<ObligationRow>();
    public DbSet<ObligationStepRow> ObligationSteps => Set<ObligationStepRow>();
    public DbSet<ResponsePostRow> ResponsePosts => Set<ResponsePostRow>();
    public DbSet<UsedOnceRow> UsedOnce => Set<UsedOnceRow>();
    public DbSet<AuditRow> AuditRecords => Set<AuditRow>();
    public DbSet<GatewayCallRow> GatewayCalls => Set<GatewayCallRow>();
    public DbSet<ContentKeyRow> ContentKeys => Set<ContentKeyRow>();

    /// <summary>What opens content; null only where a migration is designed.</summary>
    internal AtRest.ContentKeys Keys { get; init; } = null!;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);

        // SQLite cannot compare DateTimeOffset in SQL; milliseconds compare on every provider.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        HubSchema.Describe(modelBuilder);
    }

    private sealed class UnixMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
