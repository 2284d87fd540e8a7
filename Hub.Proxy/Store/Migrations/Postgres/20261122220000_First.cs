using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Hub.Proxy.Store.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class First : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "attention",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    owner = table.Column<string>(type: "text", nullable: false),
                    next_step = table.Column<string>(type: "text", nullable: false),
                    urgency = table.Column<int>(type: "integer", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: true),
                    received_id = table.Column<Guid>(type: "uuid", nullable: true),
                    event_id = table.Column<Guid>(type: "uuid", nullable: true),
                    delivery_id = table.Column<Guid>(type: "uuid", nullable: true),
                    person_id = table.Column<Guid>(type: "uuid", nullable: true),
                    partner_id = table.Column<string>(type: "text", nullable: true),
                    dedupe_key = table.Column<string>(type: "text", nullable: false),
                    count = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    last_at = table.Column<long>(type: "bigint", nullable: false),
                    closed_at = table.Column<long>(type: "bigint", nullable: true),
                    closed_by = table.Column<string>(type: "text", nullable: true),
                    closing_note = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attention", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "lane",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    partner_id = table.Column<string>(type: "text", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    next_seq = table.Column<long>(type: "bigint", nullable: false),
                    head_due_at = table.Column<long>(type: "bigint", nullable: true),
                    urgency = table.Column<int>(type: "integer", nullable: false),
                    leased_until = table.Column<long>(type: "bigint", nullable: true),
                    lease_token = table.Column<Guid>(type: "uuid", nullable: true),
                    held_reason = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_lane", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "partner_state",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "text", nullable: false),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    held_reason = table.Column<string>(type: "text", nullable: true),
                    held_at = table.Column<long>(type: "bigint", nullable: true),
                    paused = table.Column<bool>(type: "boolean", nullable: false),
                    release_per_hour = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_partner_state", x => x.partner_id);
                });

            migrationBuilder.CreateTable(
                name: "payload",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    encoding = table.Column<string>(type: "text", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: true),
                    length = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    base_id = table.Column<long>(type: "bigint", nullable: true),
                    tail = table.Column<int>(type: "integer", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    last_used_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payload", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "person",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    identity = table.Column<byte[]>(type: "bytea", nullable: false),
                    encoding = table.Column<string>(type: "text", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: true),
                    held_reason = table.Column<string>(type: "text", nullable: true),
                    merged_into = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_person", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "notice_outbox",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    attention_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    next_attempt_at = table.Column<long>(type: "bigint", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    sent_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notice_outbox", x => x.id);
                    table.ForeignKey(
                        name: "FK_notice_outbox_attention_attention_id",
                        column: x => x.attention_id,
                        principalTable: "attention",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "received",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    source_id = table.Column<string>(type: "text", nullable: false),
                    protocol = table.Column<string>(type: "text", nullable: false),
                    message_key = table.Column<string>(type: "text", nullable: true),
                    key_date = table.Column<DateOnly>(type: "date", nullable: true),
                    content_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    dedupe_key = table.Column<string>(type: "text", nullable: true),
                    payload_id = table.Column<long>(type: "bigint", nullable: true),
                    media_type = table.Column<string>(type: "text", nullable: false),
                    received_at = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: true),
                    outcome = table.Column<string>(type: "text", nullable: false),
                    set_aside_because = table.Column<string>(type: "text", nullable: true),
                    problems = table.Column<string>(type: "text", nullable: true),
                    repeats = table.Column<int>(type: "integer", nullable: false),
                    last_repeated_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_received", x => x.id);
                    table.ForeignKey(
                        name: "FK_received_payload_payload_id",
                        column: x => x.payload_id,
                        principalTable: "payload",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "episode_state",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    episode_organisation = table.Column<string>(type: "text", nullable: false),
                    local_id = table.Column<string>(type: "text", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_episode_state", x => x.id);
                    table.ForeignKey(
                        name: "FK_episode_state_person_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "person_identifier",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: false),
                    shared = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_person_identifier", x => x.id);
                    table.ForeignKey(
                        name: "FK_person_identifier_person_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "event",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    received_id = table.Column<Guid>(type: "uuid", nullable: false),
                    event_index = table.Column<int>(type: "integer", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<long>(type: "bigint", nullable: true),
                    episode_version = table.Column<long>(type: "bigint", nullable: true),
                    payload_id = table.Column<long>(type: "bigint", nullable: false),
                    occurred_at = table.Column<long>(type: "bigint", nullable: false),
                    received_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_event", x => x.id);
                    table.ForeignKey(
                        name: "FK_event_payload_payload_id",
                        column: x => x.payload_id,
                        principalTable: "payload",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_event_person_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_event_received_received_id",
                        column: x => x.received_id,
                        principalTable: "received",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "episode_version",
                columns: table => new
                {
                    episode_id = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    encoding = table.Column<string>(type: "text", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: true),
                    content = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_episode_version", x => new { x.episode_id, x.version });
                    table.ForeignKey(
                        name: "FK_episode_version_episode_state_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode_state",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "delivery",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    lane_id = table.Column<long>(type: "bigint", nullable: true),
                    seq = table.Column<long>(type: "bigint", nullable: true),
                    partner_id = table.Column<string>(type: "text", nullable: true),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    original_person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    recipient_name = table.Column<string>(type: "text", nullable: false),
                    audience = table.Column<string>(type: "text", nullable: false),
                    part = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    body_payload_id = table.Column<long>(type: "bigint", nullable: false),
                    frozen_payload_id = table.Column<long>(type: "bigint", nullable: true),
                    media_type = table.Column<string>(type: "text", nullable: true),
                    protocol_message_id = table.Column<string>(type: "text", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    unknowns = table.Column<int>(type: "integer", nullable: false),
                    next_attempt_at = table.Column<long>(type: "bigint", nullable: true),
                    waiting_because = table.Column<string>(type: "text", nullable: true),
                    held_reason = table.Column<string>(type: "text", nullable: true),
                    held_by = table.Column<int>(type: "integer", nullable: false),
                    urgency = table.Column<int>(type: "integer", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    partner_file_hash = table.Column<string>(type: "text", nullable: true),
                    stops_lane = table.Column<bool>(type: "boolean", nullable: false),
                    compose_anew = table.Column<bool>(type: "boolean", nullable: false),
                    carried_by = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    finished_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_delivery", x => x.id);
                    table.ForeignKey(
                        name: "FK_delivery_event_event_id",
                        column: x => x.event_id,
                        principalTable: "event",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_delivery_lane_lane_id",
                        column: x => x.lane_id,
                        principalTable: "lane",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "acknowledgement",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    delivery_id = table.Column<Guid>(type: "uuid", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false),
                    sent_code = table.Column<string>(type: "text", nullable: true),
                    answers_message_id = table.Column<string>(type: "text", nullable: true),
                    evidence_payload_id = table.Column<long>(type: "bigint", nullable: true),
                    late = table.Column<bool>(type: "boolean", nullable: false),
                    received_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_acknowledgement", x => x.id);
                    table.ForeignKey(
                        name: "FK_acknowledgement_delivery_delivery_id",
                        column: x => x.delivery_id,
                        principalTable: "delivery",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_acknowledgement_payload_evidence_payload_id",
                        column: x => x.evidence_payload_id,
                        principalTable: "payload",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "attempt",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    delivery_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    lease_token = table.Column<Guid>(type: "uuid", nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    outcome = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    late = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempt", x => x.id);
                    table.ForeignKey(
                        name: "FK_attempt_delivery_delivery_id",
                        column: x => x.delivery_id,
                        principalTable: "delivery",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_acknowledgement_delivery_id",
                table: "acknowledgement",
                column: "delivery_id");

            migrationBuilder.CreateIndex(
                name: "IX_acknowledgement_evidence_payload_id",
                table: "acknowledgement",
                column: "evidence_payload_id");

            migrationBuilder.CreateIndex(
                name: "IX_attempt_delivery_id_id",
                table: "attempt",
                columns: new[] { "delivery_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_attention_closed_at",
                table: "attention",
                column: "closed_at",
                filter: "closed_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_attention_dedupe_key",
                table: "attention",
                column: "dedupe_key",
                unique: true,
                filter: "closed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_attention_delivery_id",
                table: "attention",
                column: "delivery_id",
                filter: "closed_at IS NULL AND delivery_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_attention_event_id",
                table: "attention",
                column: "event_id",
                filter: "closed_at IS NULL AND event_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_attention_urgency_due_at",
                table: "attention",
                columns: new[] { "urgency", "due_at" },
                filter: "closed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_delivery_carried_by",
                table: "delivery",
                column: "carried_by",
                filter: "carried_by IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_delivery_event_id",
                table: "delivery",
                column: "event_id");

            migrationBuilder.CreateIndex(
                name: "IX_delivery_lane_id_seq",
                table: "delivery",
                columns: new[] { "lane_id", "seq" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_delivery_last_good",
                table: "delivery",
                columns: new[] { "partner_id", "finished_at" },
                filter: "state = 2");

            migrationBuilder.CreateIndex(
                name: "ix_delivery_needed",
                table: "delivery",
                column: "created_at",
                filter: "finished_at IS NULL OR state = 3 OR state = 7");

            migrationBuilder.CreateIndex(
                name: "IX_delivery_original_person_id",
                table: "delivery",
                column: "original_person_id");

            migrationBuilder.CreateIndex(
                name: "IX_delivery_person_id",
                table: "delivery",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_delivery_refused",
                table: "delivery",
                columns: new[] { "lane_id", "seq" },
                filter: "state = 3");

            migrationBuilder.CreateIndex(
                name: "ix_delivery_unfinished",
                table: "delivery",
                columns: new[] { "lane_id", "seq" },
                filter: "finished_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_episode_state_episode_organisation_local_id",
                table: "episode_state",
                columns: new[] { "episode_organisation", "local_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_episode_state_person_id",
                table: "episode_state",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "IX_event_episode_id",
                table: "event",
                column: "episode_id");

            migrationBuilder.CreateIndex(
                name: "IX_event_payload_id",
                table: "event",
                column: "payload_id");

            migrationBuilder.CreateIndex(
                name: "IX_event_person_id",
                table: "event",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "IX_event_received_id_event_index",
                table: "event",
                columns: new[] { "received_id", "event_index" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_lane_head_due_at",
                table: "lane",
                column: "head_due_at",
                filter: "head_due_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_lane_partner_id_person_id",
                table: "lane",
                columns: new[] { "partner_id", "person_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_lane_partner_id_urgency_head_due_at",
                table: "lane",
                columns: new[] { "partner_id", "urgency", "head_due_at" },
                filter: "head_due_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_lane_person_id",
                table: "lane",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "IX_notice_outbox_attention_id",
                table: "notice_outbox",
                column: "attention_id");

            migrationBuilder.CreateIndex(
                name: "IX_notice_outbox_next_attempt_at",
                table: "notice_outbox",
                column: "next_attempt_at",
                filter: "sent_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_payload_hash",
                table: "payload",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_payload_last_used_at",
                table: "payload",
                column: "last_used_at",
                filter: "encoding <> 'gone'");

            migrationBuilder.CreateIndex(
                name: "IX_person_merged_into",
                table: "person",
                column: "merged_into",
                filter: "merged_into IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_person_updated_at",
                table: "person",
                column: "updated_at");

            migrationBuilder.CreateIndex(
                name: "IX_person_identifier_hash",
                table: "person_identifier",
                column: "hash",
                unique: true,
                filter: "shared = 0");

            migrationBuilder.CreateIndex(
                name: "IX_person_identifier_hash_person_id",
                table: "person_identifier",
                columns: new[] { "hash", "person_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_person_identifier_person_id",
                table: "person_identifier",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "IX_received_dedupe_key",
                table: "received",
                column: "dedupe_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_received_payload_id",
                table: "received",
                column: "payload_id");

            migrationBuilder.CreateIndex(
                name: "IX_received_received_at",
                table: "received",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "IX_received_source_id_message_key",
                table: "received",
                columns: new[] { "source_id", "message_key" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "acknowledgement");

            migrationBuilder.DropTable(
                name: "attempt");

            migrationBuilder.DropTable(
                name: "episode_version");

            migrationBuilder.DropTable(
                name: "notice_outbox");

            migrationBuilder.DropTable(
                name: "partner_state");

            migrationBuilder.DropTable(
                name: "person_identifier");

            migrationBuilder.DropTable(
                name: "delivery");

            migrationBuilder.DropTable(
                name: "episode_state");

            migrationBuilder.DropTable(
                name: "attention");

            migrationBuilder.DropTable(
                name: "event");

            migrationBuilder.DropTable(
                name: "lane");

            migrationBuilder.DropTable(
                name: "person");

            migrationBuilder.DropTable(
                name: "received");

            migrationBuilder.DropTable(
                name: "payload");
        }
    }
}
