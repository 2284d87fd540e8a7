using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hub.Proxy.Store.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AwaitedAnswers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "answer_stage",
                table: "delivery",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "awaited_since",
                table: "delivery",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "awaited_until",
                table: "delivery",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "carrier_id",
                table: "delivery",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "silence_told_at",
                table: "delivery",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "stage",
                table: "acknowledgement",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_delivery_answered",
                table: "delivery",
                columns: new[] { "partner_id", "protocol_message_id" },
                filter: "protocol_message_id IS NOT NULL AND (finished_at IS NULL OR awaited_since IS NOT NULL OR unknowns > 0)");

            migrationBuilder.CreateIndex(
                name: "ix_delivery_awaited",
                table: "delivery",
                column: "partner_id",
                filter: "state = 9");

            migrationBuilder.CreateIndex(
                name: "ix_delivery_carrier",
                table: "delivery",
                columns: new[] { "partner_id", "carrier_id" },
                filter: "carrier_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_delivery_silence",
                table: "delivery",
                column: "awaited_until",
                filter: "state = 9 AND silence_told_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_delivery_answered",
                table: "delivery");

            migrationBuilder.DropIndex(
                name: "ix_delivery_awaited",
                table: "delivery");

            migrationBuilder.DropIndex(
                name: "ix_delivery_carrier",
                table: "delivery");

            migrationBuilder.DropIndex(
                name: "ix_delivery_silence",
                table: "delivery");

            migrationBuilder.DropColumn(
                name: "answer_stage",
                table: "delivery");

            migrationBuilder.DropColumn(
                name: "awaited_since",
                table: "delivery");

            migrationBuilder.DropColumn(
                name: "awaited_until",
                table: "delivery");

            migrationBuilder.DropColumn(
                name: "carrier_id",
                table: "delivery");

            migrationBuilder.DropColumn(
                name: "silence_told_at",
                table: "delivery");

            migrationBuilder.DropColumn(
                name: "stage",
                table: "acknowledgement");
        }
    }
}
