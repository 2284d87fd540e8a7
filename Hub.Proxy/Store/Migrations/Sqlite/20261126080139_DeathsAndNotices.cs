using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hub.Proxy.Store.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class DeathsAndNotices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_notice_outbox_next_attempt_at",
                table: "notice_outbox");

            migrationBuilder.AddColumn<long>(
                name: "clocks_held_since",
                table: "person",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "held_clock_at",
                table: "obligation",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "held_since",
                table: "obligation",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "never_paused",
                table: "obligation",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AlterColumn<Guid>(
                name: "attention_id",
                table: "notice_outbox",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "TEXT");

            migrationBuilder.AddColumn<long>(
                name: "ended_at",
                table: "notice_outbox",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "had_at",
                table: "notice_outbox",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "had_by",
                table: "notice_outbox",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "last_fault",
                table: "notice_outbox",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "next_rung_at",
                table: "notice_outbox",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "obligation_id",
                table: "notice_outbox",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "partner_id",
                table: "notice_outbox",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "role",
                table: "notice_outbox",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "rung",
                table: "notice_outbox",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "status",
                table: "notice_outbox",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "taken_by",
                table: "notice_outbox",
                type: "TEXT",
                nullable: true);

            // What is open already keeps its words elsewhere: a check that might be clozapine's is not paused (9 is Monitoring).
            migrationBuilder.Sql("UPDATE obligation SET never_paused = TRUE WHERE kind = 9 AND closed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_obligation_tasks",
                table: "obligation",
                columns: new[] { "partner_id", "task_id" },
                filter: "task_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_notice_open",
                table: "notice_outbox",
                column: "id",
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_notice_outbox_next_attempt_at",
                table: "notice_outbox",
                column: "next_attempt_at",
                filter: "next_attempt_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_notice_outbox_next_rung_at",
                table: "notice_outbox",
                column: "next_rung_at",
                filter: "next_rung_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_notice_outbox_obligation_id",
                table: "notice_outbox",
                column: "obligation_id",
                filter: "obligation_id IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_obligation_tasks",
                table: "obligation");

            migrationBuilder.DropIndex(
                name: "ix_notice_open",
                table: "notice_outbox");

            migrationBuilder.DropIndex(
                name: "IX_notice_outbox_next_attempt_at",
                table: "notice_outbox");

            migrationBuilder.DropIndex(
                name: "IX_notice_outbox_next_rung_at",
                table: "notice_outbox");

            migrationBuilder.DropIndex(
                name: "IX_notice_outbox_obligation_id",
                table: "notice_outbox");

            migrationBuilder.DropColumn(
                name: "clocks_held_since",
                table: "person");

            migrationBuilder.DropColumn(
                name: "held_clock_at",
                table: "obligation");

            migrationBuilder.DropColumn(
                name: "held_since",
                table: "obligation");

            migrationBuilder.DropColumn(
                name: "never_paused",
                table: "obligation");

            migrationBuilder.DropColumn(
                name: "ended_at",
                table: "notice_outbox");

            migrationBuilder.DropColumn(
                name: "had_at",
                table: "notice_outbox");

            migrationBuilder.DropColumn(
                name: "had_by",
                table: "notice_outbox");

            migrationBuilder.DropColumn(
                name: "last_fault",
                table: "notice_outbox");

            migrationBuilder.DropColumn(
                name: "next_rung_at",
                table: "notice_outbox");

            migrationBuilder.DropColumn(
                name: "obligation_id",
                table: "notice_outbox");

            migrationBuilder.DropColumn(
                name: "partner_id",
                table: "notice_outbox");

            migrationBuilder.DropColumn(
                name: "role",
                table: "notice_outbox");

            migrationBuilder.DropColumn(
                name: "rung",
                table: "notice_outbox");

            migrationBuilder.DropColumn(
                name: "status",
                table: "notice_outbox");

            migrationBuilder.DropColumn(
                name: "taken_by",
                table: "notice_outbox");

            migrationBuilder.AlterColumn<Guid>(
                name: "attention_id",
                table: "notice_outbox",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "TEXT",
                oldNullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_notice_outbox_next_attempt_at",
                table: "notice_outbox",
                column: "next_attempt_at",
                filter: "sent_at IS NULL");
        }
    }
}
