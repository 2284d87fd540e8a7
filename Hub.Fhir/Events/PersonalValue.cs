namespace Hub.Fhir.Events;

/// <summary>A value that may hold something about a person: it prints as its type's name, so that no log or exception text can leak it.</summary>
public abstract record PersonalValue
{
    public sealed override string ToString() => GetType().Name;
}
