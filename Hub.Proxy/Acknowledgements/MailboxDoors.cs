using Hub.Adapters.Contract;
using Hub.Adapters.Sources.Mesh;

namespace Hub.Proxy.Acknowledgements;

/// <summary>Where what comes out of a mailbox goes.</summary>
/// <param name="Events">Messages of sources.</param>
/// <param name="Documents">ITK3 documents of sources, answered as they ask.</param>
/// <param name="Answers">Answers and reports; asked for when the first one comes.</param>
/// <param name="Sent">What the hub sent.</param>
/// <param name="Notices">What people are told.</param>
internal sealed record MailboxDoors(MeshEvents Events, Itk3Documents Documents, Func<IAnswerIntake> Answers, SentMessages Sent, MailboxNotices Notices);
