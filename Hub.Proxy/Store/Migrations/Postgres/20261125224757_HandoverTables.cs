using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Hub.Proxy.Store.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class HandoverTables : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "obligation_id",
                table: "attention",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "obligation",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<long>(type: "bigint", nullable: false),
                    episode_version = table.Column<long>(type: "bigint", nullable: false),
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    actor = table.Column<int>(type: "integer", nullable: false),
                    actor_name = table.Column<string>(type: "text", nullable: true),
                    chaser = table.Column<string>(type: "text", nullable: false),
                    partner_id = table.Column<string>(type: "text", nullable: true),
                    task_id = table.Column<Guid>(type: "uuid", nullable: true),
                    state = table.Column<int>(type: "integer", nullable: false),
                    owner = table.Column<string>(type: "text", nullable: true),
                    owner_told_by = table.Column<int>(type: "integer", nullable: true),
                    starts_at = table.Column<long>(type: "bigint", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: true),
                    clock = table.Column<string>(type: "text", nullable: false),
                    urgent = table.Column<bool>(type: "boolean", nullable: false),
                    rungs_told = table.Column<int>(type: "integer", nullable: false),
                    next_clock_at = table.Column<long>(type: "bigint", nullable: true),
                    fingerprint = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    opened_at = table.Column<long>(type: "bigint", nullable: false),
                    changed_at = table.Column<long>(type: "bigint", nullable: false),
                    closed_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_obligation", x => x.id);
                    table.ForeignKey(
                        name: "FK_obligation_episode_state_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode_state",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_obligation_event_event_id",
                        column: x => x.event_id,
                        principalTable: "event",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "obligation_step",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    obligation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    act = table.Column<string>(type: "text", nullable: false),
                    channel = table.Column<int>(type: "integer", nullable: false),
                    by = table.Column<string>(type: "text", nullable: false),
                    role = table.Column<string>(type: "text", nullable: true),
                    state = table.Column<int>(type: "integer", nullable: false),
                    note_payload_id = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_obligation_step", x => x.id);
                    table.ForeignKey(
                        name: "FK_obligation_step_obligation_obligation_id",
                        column: x => x.obligation_id,
                        principalTable: "obligation",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_obligation_step_payload_note_payload_id",
                        column: x => x.note_payload_id,
                        principalTable: "payload",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_attention_obligation_id",
                table: "attention",
                column: "obligation_id",
                filter: "closed_at IS NULL AND obligation_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_obligation_episode_id",
                table: "obligation",
                column: "episode_id");

            migrationBuilder.CreateIndex(
                name: "IX_obligation_event_id_partner_id",
                table: "obligation",
                columns: new[] { "event_id", "partner_id" });

            migrationBuilder.CreateIndex(
                name: "IX_obligation_next_clock_at",
                table: "obligation",
                column: "next_clock_at",
                filter: "next_clock_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_obligation_person_id",
                table: "obligation",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "IX_obligation_task_id",
                table: "obligation",
                column: "task_id",
                filter: "task_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_obligation_worklist",
                table: "obligation",
                columns: new[] { "due_at", "id" },
                filter: "closed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_obligation_worklist_partner",
                table: "obligation",
                columns: new[] { "partner_id", "due_at", "id" },
                filter: "closed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_obligation_step_note_payload_id",
                table: "obligation_step",
                column: "note_payload_id");

            migrationBuilder.CreateIndex(
                name: "IX_obligation_step_obligation_id_id",
                table: "obligation_step",
                columns: new[] { "obligation_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "obligation_step");

            migrationBuilder.DropTable(
                name: "obligation");

            migrationBuilder.DropIndex(
                name: "IX_attention_obligation_id",
                table: "attention");

            migrationBuilder.DropColumn(
                name: "obligation_id",
                table: "attention");
        }
    }
}
