import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.io.RDFParserMetaData;
import org.semanticweb.owlapi.profiles.Profiles;

/** Asks the OWL API of each RDF/XML file, a line an answer: what it read, and by which profiles' rules it is amiss. */
class ProfileCheck {
    public static void main(String[] paths) throws Exception {
        for (String path : paths) {
            var manager = OWLManager.createOWLOntologyManager();
            var ontology = manager.loadOntologyFromOntologyDocument(new File(path));
            System.out.println("file\t" + path);
            System.out.println("axioms\t" + ontology.getLogicalAxiomCount());
            var read = (RDFParserMetaData) ontology.getFormat().getOntologyLoaderMetaData().get();
            read.getUnparsedTriples().forEach(triple -> System.out.println("unread\t" + triple));
            read.getGuessedDeclarations().keySet().forEach(name -> System.out.println("guessed\t" + name));
            for (var profile : new Profiles[] {Profiles.OWL2_DL, Profiles.OWL2_RL}) {
                for (var violation : profile.checkOntology(ontology).getViolations()) {
                    System.out.println(profile + "\t" + violation.toString().replaceAll("\\s+", " "));
                }
            }
        }
    }
}
