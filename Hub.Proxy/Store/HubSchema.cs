using System.Text;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Store;

/// <summary>Keys, relations and the index of each hot query. The filters are SQL that SQLite and PostgreSQL both read.</summary>
internal static class HubSchema
{
    public static void Describe(ModelBuilder model)
    {
        Intake(model);
        People(model);
        Delivery(model);
        Attention(model);
        Handovers(model);
        Gateway(model);
        Audit(model);
        Access(model);
        Keys(model);
        UseSnakeCase(model);
    }

    private static void Intake(ModelBuilder model)
    {
        model.Entity<ReceivedRow>(row =>
        {
            row.ToTable("received");
            row.Property(r => r.Outcome).HasConversion<string>();
            row.HasIndex(r => r.DedupeKey).IsUnique();
            row.HasIndex(r => new { r.SourceId, r.MessageKey });
            row.HasIndex(r => r.ReceivedAt);
            row.HasOne<PayloadRow>().WithMany().HasForeignKey(r => r.PayloadId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<EventRow>(row =>
        {
            row.ToTable("event");
            row.HasIndex(r => new { r.ReceivedId, r.EventIndex }).IsUnique();
            row.HasIndex(r => r.PersonId);
            row.HasIndex(r => r.EpisodeId);
            row.HasOne<ReceivedRow>().WithMany().HasForeignKey(r => r.ReceivedId).OnDelete(DeleteBehavior.Restrict);
            row.HasOne<PersonRow>().WithMany().HasForeignKey(r => r.PersonId).OnDelete(DeleteBehavior.Restrict);
            row.HasOne<PayloadRow>().WithMany().HasForeignKey(r => r.PayloadId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<PayloadRow>(row =>
        {
            row.ToTable("payload");
            row.HasIndex(r => r.Hash).IsUnique();
            row.HasIndex(r => r.LastUsedAt).HasFilter("encoding <> 'gone'");
        });
    }

    private static void People(ModelBuilder model)
    {
        model.Entity<PersonRow>(row =>
        {
            row.ToTable("person");
            row.HasIndex(r => r.UpdatedAt);
            row.HasIndex(r => r.MergedInto).HasFilter("merged_into IS NOT NULL");
        });
        model.Entity<PersonIdentifierRow>(row =>
        {
            row.ToTable("person_identifier");
            row.HasIndex(r => new { r.Hash, r.PersonId }).IsUnique();

            // The first holder of an identifier is one; a second is written down as shared, knowingly.
            row.HasIndex(r => r.Hash).IsUnique().HasFilter("shared = 0");
            row.HasOne<PersonRow>().WithMany().HasForeignKey(r => r.PersonId).OnDelete(DeleteBehavior.Restrict);
            row.Property(r => r.Shared).HasConversion<int>();
        });
        model.Entity<EpisodeStateRow>(row =>
        {
            row.ToTable("episode_state");
            row.HasIndex(r => new { r.EpisodeOrganisation, r.LocalId }).IsUnique();
            row.HasIndex(r => r.PersonId);
            row.HasOne<PersonRow>().WithMany().HasForeignKey(r => r.PersonId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<EpisodeVersionRow>(row =>
        {
            row.ToTable("episode_version");
            row.HasKey(r => new { r.EpisodeId, r.Version });
            row.HasOne<EpisodeStateRow>().WithMany().HasForeignKey(r => r.EpisodeId).OnDelete(DeleteBehavior.Restrict);
        });
    }

    private static void Delivery(ModelBuilder model)
    {
        model.Entity<LaneRow>(row =>
        {
            row.ToTable("lane");
            row.HasIndex(r => new { r.PartnerId, r.PersonId }).IsUnique();
            row.HasIndex(r => r.PersonId);
            row.HasIndex(r => new { r.PartnerId, r.Urgency, r.HeadDueAt }).HasFilter("head_due_at IS NOT NULL");
            row.HasIndex(r => r.HeadDueAt).HasFilter("head_due_at IS NOT NULL");
        });
        model.Entity<DeliveryRow>(row =>
        {
            row.ToTable("delivery");
            row.Property(r => r.Audience).HasConversion<string>();
            row.Property(r => r.ReplayForm).HasConversion<string>();
            row.HasIndex(r => new { r.LaneId, r.Seq }).IsUnique();
            row.HasIndex(r => new { r.LaneId, r.Seq }, "ix_delivery_unfinished").HasFilter("finished_at IS NULL");
            row.HasIndex(r => new { r.LaneId, r.Seq }, "ix_delivery_refused").HasFilter("state = 3");
            row.HasIndex(r => new { r.PartnerId, r.FinishedAt }, "ix_delivery_last_good").HasFilter("state = 2");
            row.HasIndex(r => r.PartnerId, "ix_delivery_shadow").HasFilter("state = 8");
            row.HasIndex(r => r.PartnerId, "ix_delivery_awaited").HasFilter("state = 9");
            row.HasIndex(r => r.AwaitedUntil, "ix_delivery_silence").HasFilter("state = 9 AND silence_told_at IS NULL");
            row.HasIndex(r => new { r.PartnerId, r.ProtocolMessageId }, "ix_delivery_answered").HasFilter("protocol_message_id IS NOT NULL AND (finished_at IS NULL OR awaited_since IS NOT NULL OR unknowns > 0)");
            row.HasIndex(r => new { r.PartnerId, r.CarrierId }, "ix_delivery_carrier").HasFilter("carrier_id IS NOT NULL");
            row.HasIndex(r => r.CreatedAt, "ix_delivery_needed").HasFilter("finished_at IS NULL OR state = 3 OR state = 7");
            row.HasIndex(r => r.PersonId);
            row.HasIndex(r => r.OriginalPersonId);
            row.HasIndex(r => r.EventId);
            row.HasIndex(r => r.CarriedBy).HasFilter("carried_by IS NOT NULL");
            row.HasOne<EventRow>().WithMany().HasForeignKey(r => r.EventId).OnDelete(DeleteBehavior.Restrict);
            row.HasOne<LaneRow>().WithMany().HasForeignKey(r => r.LaneId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<AttemptRow>(row =>
        {
            row.ToTable("attempt");
            row.HasIndex(r => new { r.DeliveryId, r.Id });
            row.HasOne<DeliveryRow>().WithMany().HasForeignKey(r => r.DeliveryId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<AcknowledgementRow>(row =>
        {
            row.ToTable("acknowledgement");
            row.HasIndex(r => r.DeliveryId);
            row.HasOne<DeliveryRow>().WithMany().HasForeignKey(r => r.DeliveryId).OnDelete(DeleteBehavior.Restrict);
            row.HasOne<PayloadRow>().WithMany().HasForeignKey(r => r.EvidencePayloadId).OnDelete(DeleteBehavior.Restrict);
        });
    }

    private static void Attention(ModelBuilder model)
    {
        model.Entity<AttentionRow>(row =>
        {
            row.ToTable("attention");
            row.HasIndex(r => r.DedupeKey).IsUnique().HasFilter("closed_at IS NULL");
            row.HasIndex(r => new { r.Urgency, r.DueAt }).HasFilter("closed_at IS NULL");
            row.HasIndex(r => r.DeliveryId).HasFilter("closed_at IS NULL AND delivery_id IS NOT NULL");
            row.HasIndex(r => r.ClosedAt).HasFilter("closed_at IS NOT NULL");
            row.HasIndex(r => r.EventId).HasFilter("closed_at IS NULL AND event_id IS NOT NULL");
            row.HasIndex(r => r.ObligationId).HasFilter("closed_at IS NULL AND obligation_id IS NOT NULL");
        });
        model.Entity<NoticeRow>(row =>
        {
            row.ToTable("notice_outbox");
            row.HasIndex(r => r.NextAttemptAt).HasFilter("next_attempt_at IS NOT NULL");
            row.HasIndex(r => r.NextRungAt).HasFilter("next_rung_at IS NOT NULL");
            row.HasIndex(r => r.ObligationId).HasFilter("obligation_id IS NOT NULL");
            row.HasIndex(r => r.Id, "ix_notice_open").HasFilter("ended_at IS NULL");
            row.HasOne<AttentionRow>().WithMany().HasForeignKey(r => r.AttentionId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<MailboxLeaseRow>(row =>
        {
            row.ToTable("mailbox_lease");
            row.HasKey(r => r.Mailbox);
        });
        model.Entity<ResponsePostRow>(row =>
        {
            row.ToTable("response_post");
            row.HasIndex(r => new { r.ReceivedId, r.Url }).IsUnique();
            row.HasIndex(r => r.NextAttemptAt).HasFilter("next_attempt_at IS NOT NULL");
            row.HasOne<ReceivedRow>().WithMany().HasForeignKey(r => r.ReceivedId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<PartnerStateRow>(row =>
        {
            row.ToTable("partner_state");
            row.HasKey(r => r.PartnerId);
        });
    }

    private static void Handovers(ModelBuilder model)
    {
        model.Entity<ObligationRow>(row =>
        {
            row.ToTable("obligation");
            row.HasIndex(r => r.EpisodeId);
            row.HasIndex(r => r.PersonId);
            row.HasIndex(r => r.TaskId).HasFilter("task_id IS NOT NULL");
            row.HasIndex(r => new { r.EventId, r.PartnerId });
            row.HasIndex(r => r.NextClockAt).HasFilter("next_clock_at IS NOT NULL");
            row.HasIndex(r => new { r.PartnerId, r.TaskId }, "ix_obligation_tasks").HasFilter("task_id IS NOT NULL");
            row.HasIndex(r => new { r.DueAt, r.Id }, "ix_obligation_worklist").HasFilter("closed_at IS NULL");
            row.HasIndex(r => new { r.PartnerId, r.DueAt, r.Id }, "ix_obligation_worklist_partner").HasFilter("closed_at IS NULL");
            row.HasOne<EventRow>().WithMany().HasForeignKey(r => r.EventId).OnDelete(DeleteBehavior.Restrict);
            row.HasOne<EpisodeStateRow>().WithMany().HasForeignKey(r => r.EpisodeId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<ObligationStepRow>(row =>
        {
            row.ToTable("obligation_step");
            row.HasIndex(r => new { r.ObligationId, r.Id });
            row.HasOne<ObligationRow>().WithMany().HasForeignKey(r => r.ObligationId).OnDelete(DeleteBehavior.Restrict);
            row.HasOne<PayloadRow>().WithMany().HasForeignKey(r => r.NotePayloadId).OnDelete(DeleteBehavior.Restrict);
        });
    }

    private static void Gateway(ModelBuilder model) => model.Entity<GatewayCallRow>(row =>
    {
        row.ToTable("gateway_call");
        row.HasIndex(r => r.At);
    });

    private static void Audit(ModelBuilder model) => model.Entity<AuditRow>(row =>
    {
        row.ToTable("audit_record");
        row.HasKey(r => r.Seq);
        row.Property(r => r.Seq).ValueGeneratedNever();
    });

    private static void Access(ModelBuilder model) => model.Entity<UsedOnceRow>(row =>
    {
        row.ToTable("used_once");
        row.HasKey(r => r.UsedKey);
        row.HasIndex(r => r.Until);
    });

    private static void Keys(ModelBuilder model) => model.Entity<ContentKeyRow>(row =>
    {
        row.ToTable("content_key");
        row.HasKey(r => r.Id);
        row.Property(r => r.Id).ValueGeneratedNever();
    });

    private static void UseSnakeCase(ModelBuilder model)
    {
        foreach (var property in model.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
