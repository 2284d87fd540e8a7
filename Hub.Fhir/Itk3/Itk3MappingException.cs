namespace Hub.Fhir.Itk3;

/// <summary>
/// A message of ours holds what STU3 has no place for, or what our tables do not name. A fault of ours, not of the message's sender: it must not be sent without the part,
/// so it is not sent. The text names the element and nothing of the person.
/// </summary>
public sealed class Itk3MappingException : Exception
{
    public Itk3MappingException()
    {
    }

    public Itk3MappingException(string message)
        : base(message)
    {
    }

    public Itk3MappingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal Itk3MappingException(string element, string what)
        : base($"{element} {what}.")
    {
    }
}
