using Hub.Proxy.Commands;

// One executable: the verbs are in Commands/, the hub itself is HubServices (what it is made of) and HubEndpoints (where it can be reached).
return await HubCommand.RunAsync(args, TimeProvider.System);
