using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hub.Proxy.Store.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class PartnersCallAndFetch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "last_asked_at",
                table: "partner_state",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "gateway_call",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    caller = table.Column<string>(type: "text", nullable: true),
                    target = table.Column<string>(type: "text", nullable: true),
                    method = table.Column<string>(type: "text", nullable: false),
                    resource = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<int>(type: "integer", nullable: false),
                    code = table.Column<string>(type: "text", nullable: true),
                    milliseconds = table.Column<int>(type: "integer", nullable: false),
                    request_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gateway_call", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_gateway_call_at",
                table: "gateway_call",
                column: "at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "gateway_call");

            migrationBuilder.DropColumn(
                name: "last_asked_at",
                table: "partner_state");
        }
    }
}
