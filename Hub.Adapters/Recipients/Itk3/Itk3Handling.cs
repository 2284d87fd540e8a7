using Hub.Fhir.Itk3;

namespace Hub.Adapters.Recipients.Itk3;

/// <summary>
/// What is agreed with a receiver of how its ITK3 messages are handled: which acknowledgements are asked for, and what kind of recipient it is. Part <c>itk3</c> of a partner's
/// settings; left out, both acknowledgements, and "for action" where the message asks for something.
/// </summary>
/// <param name="InfAck">The receiver's system says whether it could read the message.</param>
/// <param name="BusAck">The practice says whether the person is theirs.</param>
/// <param name="RecipientType">Null for what the message asks.</param>
internal sealed record Itk3Handling(bool InfAck, bool BusAck, Itk3RecipientType? RecipientType)
{
    public static readonly Itk3Handling Usual = new(InfAck: true, BusAck: true, null);

    private static readonly Dictionary<string, (bool Inf, bool Bus)> Patterns = new(StringComparer.Ordinal)
    {
        ["both"] = (true, true),
        ["business"] = (false, true),
        ["technical"] = (true, false),
        ["none"] = (false, false),
    };

    private static readonly Dictionary<string, Itk3RecipientType?> Kinds = new(StringComparer.Ordinal)
    {
        ["by-content"] = null,
        ["for-action"] = Itk3RecipientType.ForAction,
        ["for-information"] = Itk3RecipientType.ForInformation,
    };

    /// <param name="settings">The partner's settings.</param>
    /// <param name="isItk3">Whether its messages are ITK3 at all.</param>
    /// <param name="answers">Whether the file names a workflow in which answers come.</param>
    public static Itk3Handling Read(PartnerSettings settings, bool isItk3, bool answers)
    {
        if (settings.Part("itk3") is not { } part)
        {
            return answers ? Usual : Usual with { InfAck = false, BusAck = false };
        }

        if (!isItk3)
        {
            settings.Wrong("itk3", "has no place beside this format", "format: itk3-xml or itk3-json");
        }

        var (inf, bus) = part.Choice("acknowledgements", answers ? (true, true) : (false, false), Patterns);
        if (answers != (inf || bus))
        {
            part.Wrong("acknowledgements", "does not fit answerWorkflow", "none with sendsNoAnswers, and only there");
        }

        return new Itk3Handling(inf, bus, part.Choice("recipientType", null, Kinds));
    }
}
