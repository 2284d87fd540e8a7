using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hub.Proxy.Store.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class StoreUpkeep : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "base_id",
                table: "payload",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "last_used_at",
                table: "payload",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            // Else everything kept so far would count as never used, and be forgotten at once.
            migrationBuilder.Sql("UPDATE payload SET last_used_at = created_at");

            migrationBuilder.AddColumn<int>(
                name: "tail",
                table: "payload",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "release_per_hour",
                table: "partner_state",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_person_updated_at",
                table: "person",
                column: "updated_at");

            migrationBuilder.CreateIndex(
                name: "IX_payload_last_used_at",
                table: "payload",
                column: "last_used_at",
                filter: "encoding <> 'gone'");

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
                name: "IX_attention_closed_at",
                table: "attention",
                column: "closed_at",
                filter: "closed_at IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_person_updated_at",
                table: "person");

            migrationBuilder.DropIndex(
                name: "IX_payload_last_used_at",
                table: "payload");

            migrationBuilder.DropIndex(
                name: "ix_delivery_last_good",
                table: "delivery");

            migrationBuilder.DropIndex(
                name: "ix_delivery_needed",
                table: "delivery");

            migrationBuilder.DropIndex(
                name: "IX_attention_closed_at",
                table: "attention");

            migrationBuilder.DropColumn(
                name: "base_id",
                table: "payload");

            migrationBuilder.DropColumn(
                name: "last_used_at",
                table: "payload");

            migrationBuilder.DropColumn(
                name: "tail",
                table: "payload");

            migrationBuilder.DropColumn(
                name: "release_per_hour",
                table: "partner_state");
        }
    }
}
