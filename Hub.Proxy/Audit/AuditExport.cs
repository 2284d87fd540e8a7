using System.Globalization;
using System.Text;
using System.Xml;
using Hub.Fhir.Resources;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using R4 = Hl7.Fhir.Model;

namespace Hub.Proxy.Audit;

/// <summary>Entries of the trail in the forms that other systems read. An entry is the same resource and the same message whenever it is exported.</summary>
internal static class AuditExport
{
    // RFC 5424: facility 10 (security), severity 5 (notice).
    private const int Priority = 85;

    public static R4.AuditEvent ToFhir(AuditRow record, int index, AuditEntry entry)
    {
        var codes = AuditCodes.Of(entry);
        var audit = new R4.AuditEvent
        {
            Id = DerivedGuid.Create(DerivedGuid.UrlNamespace, "audit", record.Organisation, record.Seq.ToString(CultureInfo.InvariantCulture), index.ToString(CultureInfo.InvariantCulture)).ToString("D"),
            Type = new R4.Coding(AuditCodes.Dcm, codes.Code, codes.Display),
            Action = (R4.AuditEvent.AuditEventAction)("CRUDE".IndexOf(codes.Action, StringComparison.Ordinal)),
            Recorded = record.At,
            Outcome = codes.Outcome == 0 ? R4.AuditEvent.AuditEventOutcome.N0 : R4.AuditEvent.AuditEventOutcome.N4,
            OutcomeDesc = entry.Result,
            Agent = [new R4.AuditEvent.AgentComponent { Who = new R4.ResourceReference { Display = entry.By }, Requestor = true }],
            Source = new R4.AuditEvent.SourceComponent { Observer = new R4.ResourceReference { Identifier = new R4.Identifier(CodeSystems.OdsOrganization, record.Organisation) } },
            Entity = [new R4.AuditEvent.EntityComponent { What = new R4.ResourceReference { Display = entry.What } }],
        };
        if (codes.Subtype is { } subtype)
        {
            audit.Subtype = [new R4.Coding(AuditCodes.Dcm, subtype.Code, subtype.Display)];
        }

        if (entry.To is { } to)
        {
            audit.Agent.Add(new R4.AuditEvent.AgentComponent { Who = new R4.ResourceReference { Display = to }, Requestor = false });
        }

        if (entry.Reason is { } reason)
        {
            audit.PurposeOfEvent = [new R4.CodeableConcept { Text = reason }];
        }

        return audit;
    }

    /// <summary>One line of syslog (RFC 5424) with DICOM's audit message, as IHE ATNA wants it.</summary>
    public static string ToSyslog(AuditRow record, AuditEntry entry, string host) => string.Create(
        CultureInfo.InvariantCulture,
        $"<{Priority}>1 {record.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {host} crt-hub - DICOM+RFC3881 - \uFEFF{Message(record, entry)}");

    private static string Message(AuditRow record, AuditEntry entry)
    {
        var codes = AuditCodes.Of(entry);
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.Entitize }))
        {
            xml.WriteStartElement("AuditMessage");
            xml.WriteStartElement("EventIdentification");
            xml.WriteAttributeString("EventActionCode", codes.Action.ToString());
            xml.WriteAttributeString("EventDateTime", record.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            xml.WriteAttributeString("EventOutcomeIndicator", codes.Outcome.ToString(CultureInfo.InvariantCulture));
            Code(xml, "EventID", codes.Code, codes.Display);
            if (codes.Subtype is { } subtype)
            {
                Code(xml, "EventTypeCode", subtype.Code, subtype.Display);
            }

            if (entry.Result is { } result)
            {
                xml.WriteElementString("EventOutcomeDescription", result);
            }

            xml.WriteEndElement();
            Participant(xml, entry.By, requestor: true);
            if (entry.To is { } to)
            {
                Participant(xml, to, requestor: false);
            }

            xml.WriteStartElement("AuditSourceIdentification");
            xml.WriteAttributeString("AuditSourceID", record.Organisation);
            xml.WriteEndElement();
            xml.WriteStartElement("ParticipantObjectIdentification");
            xml.WriteAttributeString("ParticipantObjectID", entry.What);
            xml.WriteAttributeString("ParticipantObjectTypeCode", "2"); // system object
            xml.WriteStartElement("ParticipantObjectIDTypeCode");
            xml.WriteAttributeString("csd-code", "crt-hub-row");
            xml.WriteAttributeString("codeSystemName", "crt-hub");
            xml.WriteAttributeString("originalText", "A row of the hub, by its id");
            xml.WriteEndElement();
            if (entry.Reason is { } reason)
            {
                xml.WriteStartElement("ParticipantObjectDetail");
                xml.WriteAttributeString("type", "reason");
                xml.WriteAttributeString("value", Convert.ToBase64String(Encoding.UTF8.GetBytes(reason)));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return text.ToString();
    }

    private static void Code(XmlWriter xml, string name, string code, string display)
    {
        xml.WriteStartElement(name);
        xml.WriteAttributeString("csd-code", code);
        xml.WriteAttributeString("codeSystemName", "DCM");
        xml.WriteAttributeString("originalText", display);
        xml.WriteEndElement();
    }

    private static void Participant(XmlWriter xml, string who, bool requestor)
    {
        xml.WriteStartElement("ActiveParticipant");
        xml.WriteAttributeString("UserID", who);
        xml.WriteAttributeString("UserIsRequestor", requestor ? "true" : "false");
        xml.WriteEndElement();
    }
}
